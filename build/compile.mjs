// @ts-check
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedElectron } from './bootstrap/electron.mjs';
import { root } from './bootstrap/ensure.mjs';
import { licencesOf } from './package/licences.mjs';
import { wasmAsText } from './wasmAsText.mjs';

const stamp = join(root, 'dist/.compiled');
const sources = ['electron', 'renderer', 'shared', 'build', 'package-lock.json'];

/**
 * Compiles main, preload, trainer and lab to CommonJS for Node 16 (the oldest Electron that is
 * supported) and the page for Chromium 108. Native TensorFlow stays outside: it is loaded from
 * node_modules at run time.
 */
export async function compile() {
  if (isCurrent()) return;
  process.stderr.write('twintrain: compiling\n');
  /** @type {Record<string, string>} */
  const parts = {
    lab: 'electron/lab/main.ts',
    trainer: 'electron/engines/tfjs/entry.ts',
    orders: 'electron/engines/tfjs/orders/thread.ts',
    pictures: 'electron/data/images/pictureThread.ts',
    worker: 'electron/worker/main.ts',
    runs: 'electron/runs/watch/thread.ts',
    main: 'electron/app/main.ts',
    preload: 'electron/app/preload.ts',
    benchTrainer: 'electron/engines/tfjs/bench/main.ts',
    benchLeaks: 'electron/engines/tfjs/bench/leaks.ts',
  };
  for (const [name, entry] of Object.entries(parts)) await compileForNode(name, entry, 'cjs');
  // A self-contained file that every bundle carries: it runs from anywhere.
  await compileForNode('verify', 'electron/bundle/verify/main.ts', 'mjs');
  await writePythonVerifier();
  await compilePage();
  const electron = dirname(installedElectron(root) ?? '');
  writeFileSync(join(root, 'dist/licences.json'), JSON.stringify(licencesOf(root, electron)));
  rmSync(join(root, 'dist/datasets'), { recursive: true, force: true });
  cpSync(join(root, 'electron/datasets'), join(root, 'dist/datasets'), { recursive: true });
  rmSync(join(root, 'dist/keras'), { recursive: true, force: true });
  for (const name of ['python', 'requirements']) {
    const source = join(root, 'electron/engines/keras', name);
    cpSync(source, join(root, 'dist/keras', name), { recursive: true });
  }
  writeFileSync(stamp, '');
}

/** verify.py carries the schema of what it reads, so that it too is self-contained. */
async function writePythonVerifier() {
  const folder = join(root, 'dist/build');
  await compileForNode('fileSchemas', 'shared/bundle/fileSchemas.ts', 'mjs', { folder });
  const { jsonSchemaOfFiles } = await import(`file://${join(folder, 'fileSchemas.mjs')}`);
  const schema = JSON.stringify(jsonSchemaOfFiles());
  // For readers in other languages; a test checks that it is current.
  writeFileSync(join(root, 'dist/file-schemas.json'), schema);
  const source = readFileSync(join(root, 'electron/bundle/verify/verify.py'), 'utf8');
  const place = 'SCHEMA = None';
  if (!source.includes(place)) throw new Error(`verify.py has no line "${place}"`);
  writeFileSync(
    join(root, 'dist/electron/verify.py'),
    source.replace(place, () => `SCHEMA = json.loads(r'''${schema}''')`),
  );
}

async function compilePage() {
  const { build } = await import('vite');
  const { svelte } = await import('@sveltejs/vite-plugin-svelte');
  // Under any other value, which test runners set, Svelte is compiled for development with all checks.
  const outer = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: false,
      root: join(root, 'renderer'),
      base: './',
      logLevel: 'warn',
      plugins: [svelte({ configFile: false }), withoutStyleAttributes],
      build: {
        outDir: join(root, 'dist/renderer'),
        emptyOutDir: true,
        target: 'chrome108',
        cssTarget: 'chrome108',
        modulePreload: false,
        assetsInlineLimit: 0,
        // The page is read from disk, all of it at once.
        chunkSizeWarningLimit: 2_000,
      },
    });
  } finally {
    if (outer === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = outer;
  }
}

/**
 * @param {string} name
 * @param {string} entry
 * @param {'cjs' | 'mjs'} extension
 * @param {{ folder?: string, external?: readonly RegExp[], alias?: import('vite').Alias[] }} [options]
 *   `external` is not bundled, nor are Node's own modules and Electron
 */
export async function compileForNode(
  name,
  entry,
  extension,
  { folder = 'dist/electron', external = [/^@tensorflow\//, /^@duckdb\//], alias = [] } = {},
) {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    resolve: { alias },
    plugins: [wasmAsText],
    build: {
      ssr: resolve(root, entry),
      outDir: folder,
      emptyOutDir: false,
      target: 'node16',
      minify: false,
      rollupOptions: {
        external: ['electron', ...external, ...builtinModules, /^node:/],
        output: {
          format: extension === 'cjs' ? 'cjs' : 'es',
          entryFileNames: `${name}.${extension}`,
          chunkFileNames: `${name}-[name].${extension}`,
        },
      },
    },
    ssr: { noExternal: true },
  });
}

/**
 * Svelte wraps a component that is given CSS variables in an element with a style attribute, which
 * the page's Content-Security-Policy refuses; tokens.css has the same rule.
 * @type {import('vite').Plugin}
 */
const withoutStyleAttributes = {
  name: 'without-style-attributes',
  transform: (code) =>
    code.includes('<svelte-css-wrapper style=')
      ? {
          code: code.replaceAll(
            '<svelte-css-wrapper style="display: contents">',
            '<svelte-css-wrapper>',
          ),
          map: null,
        }
      : null,
};

/** Whether nothing changed since the last compilation. */
function isCurrent() {
  if (!existsSync(stamp)) return false;
  const compiledAt = statSync(stamp).mtimeMs;
  return sources.every((source) => newest(join(root, source)) < compiledAt);
}

/** @param {string} path @returns {number} */
function newest(path) {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compile();
