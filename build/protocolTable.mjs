// @ts-check
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';

/**
 * `npm run protocol-table`: trains the article's protocols on every engine and writes what was found
 * into README and docs/keras.md, between the marks there.
 */
const ENGINES = {
  auto: 'TensorFlow.js',
  'keras-jax': 'Keras on JAX',
  'keras-tensorflow': 'on TensorFlow',
  'keras-torch': 'on torch',
};
const [BEGIN, END] = ['<!-- protocols by engine -->', '<!-- end of protocols by engine -->'];
const FILES = ['README.md', 'docs/keras.md'];

/** @typedef {{protocol: number, name: string, asked: string, verdict: string, controls: Record<string, string>, expected: string | null}} Result */

async function main() {
  await ensureCompiled();
  const out = mkdtempSync(join(tmpdir(), 'twintrain-table-'));
  try {
    const results = await article(out);
    for (const name of FILES) {
      const path = join(root, name);
      const text = readFileSync(path, 'utf8');
      const [before, rest] = text.split(BEGIN);
      const after = rest?.split(END)[1];
      if (before === undefined || after === undefined) throw new Error(`${name} has no marks`);
      writeFileSync(path, `${before}${BEGIN}\n\n${table(results)}\n${END}${after}`);
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** @param {string} out @returns {Promise<Result[]>} */
function article(out) {
  const words = ['article', '--json', '--protocols', 'all', '--epochs', '2', '--out', out];
  const engines = Object.keys(ENGINES).join();
  const lab = spawn(
    process.execPath,
    [join(root, 'dist/electron/lab.cjs'), ...words, '--engine', engines],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  lab.stdout.on('data', (piece) => (said += piece));
  return new Promise((resolve, reject) => {
    lab.on('close', (code) => {
      const lines = said.split('\n').filter(Boolean);
      if (code === 0) resolve(lines.map((line) => JSON.parse(line)));
      else reject(new Error(`lab ended with ${code}: a verdict is not as expected`));
    });
  });
}

/**
 * Bold where the repair of the article fails.
 * @param {readonly Result[]} results
 */
function table(results) {
  const numbers = [...new Set(results.map(({ protocol }) => protocol))].sort((a, b) => a - b);
  const rows = numbers.map((number) => {
    const own = results.filter(({ protocol }) => protocol === number);
    const cells = Object.keys(ENGINES).map((engine) => {
      const result = own.find(({ asked }) => asked === engine);
      if (result === undefined) throw new Error(`${engine} has no protocol ${number}`);
      return cell(result);
    });
    return [`${number} ${own[0]?.name}`, ...cells];
  });
  const all = [['protocol', ...Object.values(ENGINES)], ...rows];
  const widths = all[0]?.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((text, column) => text.padEnd(widths?.[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths?.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return `${[line(all[0] ?? []), rule, ...rows.map(line)].join('\n')}\n`;
}

/** @param {Result} result */
function cell({ protocol, verdict, controls }) {
  // A style that differs from itself as much is not to blame.
  const isOfStyle =
    verdict === 'different' && Object.values(controls).every((own) => own === 'exact');
  if (isOfStyle) return 'different (style)';
  return protocol === 3 && verdict === 'different' ? '**different**' : verdict;
}

main().catch(endWith);
