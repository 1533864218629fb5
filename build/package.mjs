// @ts-check
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { packagingParts } from './bootstrap/pins.mjs';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';
import { runToEnd, say } from './bootstrap/process.mjs';
import { ensureSystemPackages } from './bootstrap/systemPackages.mjs';
import { packageBinding, tensorflowFolder } from './bootstrap/tensorflow.mjs';
import { appImageTools } from './package/appImageTools.mjs';
import { configuration } from './package/configuration.mjs';

const COLOURS = /\u001b\[[0-9;]*m/g;
const SIZES = [16, 32, 48, 64, 128, 256, 512];
const targets = /** @type {const} */ ({
  dir: 'linux',
  deb: 'linux',
  AppImage: 'linux',
  nsis: 'win',
  dmg: 'mac',
  zip: 'mac',
});
const systems = {
  linux: { platform: 'linux', name: 'Linux' },
  win: { platform: 'win32', name: 'Windows' },
  mac: { platform: 'darwin', name: 'macOS' },
};

/**
 * `npm run package`: a package of each kind that can be made here. One that cannot is reported with
 * the reason, and the others are still made.
 */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'with-runtime': { type: 'boolean', default: false },
      e2e: { type: 'boolean', default: false },
    },
  });
  const flavour = values.e2e ? 'e2e' : 'release';
  const all = values.e2e ? ['dir'] : ['dir', 'deb', 'AppImage'];
  const wanted = positionals.length > 0 ? positionals : all;
  if (values.e2e && wanted.some((name) => name !== 'dir'))
    throw new Error('the flavour for tests is never shipped: it is made as dir only');
  const out = join(root, values.e2e ? 'dist/e2e' : 'release');
  const unknown = wanted.filter((name) => !(name in targets));
  if (unknown.length > 0)
    throw new Error(
      `no such kind: ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}`,
    );
  await ensureSystemPackages(packagingParts);
  const { electron } = await ensureCompiled();
  // Outside of the checkout: the packager looks for packages in the folders above.
  const work = mkdtempSync(join(tmpdir(), 'twintrain-package-'));
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  const dist = await plainElectron(dirname(electron), join(work, 'electron'));
  say('staging the app');
  const { stage } = await import('./package/stage.mjs');
  await stage(root, join(work, 'app'));
  const icons = await drawIcons(join(work, 'icons'));
  const config = configuration({
    flavour,
    root,
    electron: dist,
    electronVersion: readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, ''),
    out,
    withRuntime: values['with-runtime'],
    runtime: tensorflowFolder(),
    binding: await packageBinding(root),
    icons,
  });
  const configFile = join(work, 'electron-builder.json');
  writeFileSync(configFile, JSON.stringify(config, null, 2));
  /** @type {string[]} */
  const failures = [];
  for (const [index, name] of wanted.entries()) {
    const target = /** @type {keyof typeof targets} */ (name);
    say(`${index + 1} of ${wanted.length}: ${name}`);
    const startedAt = performance.now();
    const failure = foreign(target) ?? (await make(target, configFile, work));
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    say(failure === null ? `${name} made in ${seconds} s` : `${name} cannot be made here`);
    if (failure !== null) failures.push(`${name}: ${failure}`);
  }
  for (const name of readdirSync(out).sort()) {
    const path = join(out, name);
    if (/^builder-/.test(name)) continue;
    process.stdout.write(
      `${(sizeOf(path) / 2 ** 20).toFixed(1).padStart(8)} MiB  ${relative(root, path)}\n`,
    );
  }
  for (const failure of failures) process.stdout.write(`not made: ${failure}\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/**
 * Why a kind for another system is not made: it would be a window that cannot train.
 * @param {keyof typeof targets} target @returns {string | null}
 */
function foreign(target) {
  const { platform, name } = systems[targets[target]];
  if (platform === process.platform) return null;
  return `it holds ${name}'s Electron and a native TensorFlow binding, which is compiled on the system that it is for: run \`npm run package -- ${target}\` on ${name}`;
}

/**
 * @param {keyof typeof targets} name @param {string} configFile @param {string} work
 * @returns {Promise<string | null>} why it could not be made
 */
async function make(name, configFile, work) {
  const env = {
    ...process.env,
    CUSTOM_FPM_PATH: join(root, 'build/package/fpm.mjs'),
    ...(name === 'AppImage' ? { APPIMAGE_TOOLS_PATH: await appImageTools() } : {}),
  };
  const { code, output } = await runToEnd(
    process.execPath,
    [
      join(root, 'node_modules/electron-builder/cli.js'),
      `--${targets[name]}`,
      name,
      '--x64',
      '--config',
      configFile,
      '--publish',
      'never',
    ],
    { cwd: join(work, 'app'), env, quiet: true, onOutput: stageTeller(), timeoutMs: 20 * 60_000 },
  );
  if (code === 0) return null;
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const reason =
    lines.find((line) => /⨯|error|cannot/i.test(line)) ?? lines.at(-1) ?? `exit code ${code}`;
  return reason.replace(COLOURS, '').trim();
}

/** Reports the stages of electron-builder that take time. @returns {(text: string) => void} */
function stageTeller() {
  let rest = '';
  return (text) => {
    const lines = (rest + text.replace(COLOURS, '')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, stage] = /^\s*•\s+(packaging|building|executing)\s/.exec(line) ?? [];
      const [, what = ''] = /(?:target|platform)=(\S+)/.exec(line) ?? [];
      if (stage !== undefined && what !== '') say(`  ${stage} ${what}`);
    }
  };
}

/** Electron without the loader that opens a checkout. @param {string} from @param {string} to */
async function plainElectron(from, to) {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  // What opens a checkout, and the app that the pinned Electron came with.
  for (const part of [
    'resources/app',
    'resources/default_app.asar',
    'resources/app-update.yml',
    '.DirIcon',
    'fiftyone.png',
    'fiftyone.desktop',
  ]) {
    rmSync(join(to, part), { recursive: true, force: true });
  }
  return to;
}

/** @param {string} folder */
async function drawIcons(folder) {
  const { drawIcon } = await import('./package/drawIcon.mjs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const size of SIZES) writeFileSync(join(folder, `${size}x${size}.png`), drawIcon(size));
  return folder;
}

/** @param {string} path @returns {number} bytes */
function sizeOf(path) {
  const status = lstatSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

main().catch(endWith);
