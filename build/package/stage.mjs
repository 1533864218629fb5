// @ts-check
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runtimes } from '../bootstrap/pins.mjs';
import { compileForNode } from '../compile.mjs';

const require = createRequire(import.meta.url);
const tensorflowJs = [
  'tfjs',
  'tfjs-core',
  'tfjs-layers',
  'tfjs-converter',
  'tfjs-data',
  'tfjs-backend-cpu',
  'tfjs-backend-webgl',
  'tfjs-node-gpu',
];

/**
 * The app as it is packed: what was compiled, with TensorFlow.js inside the training process (290 MB of
 * packages become 7), the pin of the native runtime, and the licences of all parts.
 *
 * @param {string} root of the checkout, compiled
 * @param {string} app the folder to fill
 */
export async function stage(root, app) {
  rmSync(app, { recursive: true, force: true });
  mkdirSync(join(app, 'electron'), { recursive: true });
  const compiled = join(root, 'dist/electron');
  // With the parts of each that are loaded only when they are needed.
  const own = /^((main|preload|orders|pictures|runs|worker)(-.+)?\.cjs|verify\.(mjs|py))$/;
  for (const name of readdirSync(compiled).filter((file) => own.test(file))) {
    cpSync(join(compiled, name), join(app, 'electron', name));
  }
  for (const name of ['renderer', 'datasets', 'keras']) {
    cpSync(join(root, 'dist', name), join(app, name), { recursive: true });
  }
  cpSync(join(root, 'dist/licences.json'), join(app, 'licences.json'));
  await compileForNode('trainer', 'electron/engines/tfjs/entry.ts', 'cjs', {
    folder: join(app, 'electron'),
    external: [/^@duckdb\//],
    alias: [
      { find: '@mapbox/node-pre-gyp', replacement: join(root, 'build/package/nodePreGyp.cjs') },
      // One copy of each, the one that tfjs-node itself requires: it extends classes of theirs.
      ...tensorflowJs.map((name) => ({
        find: new RegExp(`^@tensorflow/${name}$`),
        replacement: require.resolve(`@tensorflow/${name}`),
      })),
    ],
  });
  const { version, description, license, author } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  write('package.json', {
    name: 'twintrain',
    productName: 'Twintrain',
    version,
    description,
    license,
    author,
    // The packager wants one for Debian; there is no site, and `.invalid` says so (RFC 2606).
    homepage: 'https://twintrain.invalid/',
    main: 'electron/main.cjs',
    // All of it is compiled in; without this the packager looks for packages in the folders above.
    dependencies: {},
  });
  write('runtime.json', runtimes);

  /** @param {string} name @param {unknown} value */
  function write(name, value) {
    writeFileSync(join(app, name), `${JSON.stringify(value, null, 2)}\n`);
  }
}
