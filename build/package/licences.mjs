// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensorflowWheel } from '../bootstrap/pins.mjs';
import { tensorflowFolder } from '../bootstrap/tensorflow.mjs';

/**
 * Every part that is packed, with its licence's own text.
 * @typedef {{ name: string, version: string, licence: string, text: string }} Licence
 */

/**
 * @param {string} root of the checkout
 * @param {string} electron folder of the Electron that is packed
 * @returns {readonly Licence[]} by name
 */
export function licencesOf(root, electron) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const packed = closure(lock.packages, [
    ...Object.keys(lock.packages[''].dependencies),
    // Bundled into the page.
    '@dagrejs/dagre',
    '@xyflow/svelte',
    'chart.js',
    'core-js',
    'svelte',
  ]);
  // One package may lie in several places.
  const packages = new Map(
    [...packed].map((place) => {
      const licence = packageLicence(join(root, place));
      return [`${licence.name} ${licence.version}`, licence];
    }),
  );
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const read = (/** @type {string} */ path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  return [
    {
      name: 'Twintrain',
      version: own.version,
      licence: own.license,
      text: read(join(root, 'LICENSE')),
    },
    {
      name: 'Electron',
      version: read(join(electron, 'version')).trim(),
      licence: 'MIT; Chromium and its parts: see LICENSES.chromium.html beside the program',
      text: read(join(electron, 'LICENSE.electron.txt')) || read(join(electron, 'LICENSE')),
    },
    {
      name: 'TensorFlow',
      version: tensorflowWheel.version,
      licence: 'Apache-2.0',
      text: firstText(join(tensorflowFolder(), 'THIRD_PARTY_NOTICES.txt')),
    },
    ...[...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, licence]) => licence),
  ];
}

/** @param {string} path */
function firstText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/**
 * Paths in node_modules of packages and of all their dependencies.
 * @param {Record<string, { dependencies?: Record<string, string> }>} all from package-lock.json
 * @param {readonly string[]} names
 */
function closure(all, names) {
  /** @type {Set<string>} */
  const found = new Set();
  const visit = (/** @type {string} */ name, /** @type {string} */ from) => {
    let base = from;
    for (;;) {
      const place = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
      if (all[place] !== undefined) {
        if (found.has(place)) return;
        found.add(place);
        for (const own of Object.keys(all[place]?.dependencies ?? {})) visit(own, place);
        return;
      }
      if (base === '') return;
      base = base.includes('/node_modules/')
        ? base.slice(0, base.lastIndexOf('/node_modules/'))
        : '';
    }
  };
  for (const name of names) visit(name, '');
  return found;
}

/** @param {string} folder @returns {Licence} */
function packageLicence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((own) => /^(licen[cs]e|copying)/i.test(own));
  return {
    name,
    version,
    licence: typeof license === 'string' ? license : 'see its text',
    text: file === undefined ? '' : readFileSync(join(folder, file), 'utf8'),
  };
}
