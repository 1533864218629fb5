// @ts-check
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const WASM = /\.wasm\?base64$/;

/**
 * A WebAssembly file as a module whose default export is its bytes as base64, so that a compiled file needs no
 * other one beside it.
 * @type {import('vite').Plugin}
 */
export const wasmAsText = {
  name: 'wasm-as-text',
  enforce: 'pre',
  resolveId: (id) => (WASM.test(id) ? `\0${id}` : null),
  load: (id) => {
    if (!id.startsWith('\0') || !WASM.test(id)) return null;
    const path = require.resolve(id.slice(1).replace(/\?base64$/, ''));
    return `export default ${JSON.stringify(readFileSync(path).toString('base64'))};`;
  },
};
