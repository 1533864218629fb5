// @ts-check
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../bootstrap/ensure.mjs';
import { runToEnd } from '../bootstrap/process.mjs';
import { withApp } from './appStarted.mjs';

const RUNS = 10_000;
const STARTS = 5;
/** Since the app is usable; by then what is remembered has been read. */
const SETTLED_MS = 3_000;
const styles = ['sequential', 'subclass'];

/**
 * How long the window takes to show 10,000 runs: one JSON line. The first scan fills the index; after
 * it, the app is started again and again, and timed from the key that opens Runs until the first rows
 * and the number of all runs are drawn: right after the start, and once the app has settled.
 */
export async function benchRuns() {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-bench-'));
  const data = join(folder, 'data');
  try {
    await makeRuns(folder, join(data, 'runs'));
    const firstScan = await withApp(data, [], (page) => opened(page, 0));
    /** @type {Record<'settled' | 'atOnce', number[]>} */
    const shown = { settled: [], atOnce: [] };
    const blocks = [];
    for (let start = 0; start < STARTS; start++) {
      const settled = await withApp(data, [], (page) => opened(page, SETTLED_MS));
      shown.settled.push(settled.shownMs);
      blocks.push(settled.longestBlockMs);
      shown.atOnce.push((await withApp(data, [], (page) => opened(page, 0))).shownMs);
    }
    const line = {
      runs: RUNS,
      firstScanMs: firstScan.shownMs,
      shownMs: median(shown.settled),
      worstMs: Math.max(...shown.settled),
      longestBlockMs: median(blocks),
      rightAfterStartMs: median(shown.atOnce),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/**
 * @param {import('playwright').Page} page
 * @param {number} afterMs since the app is usable
 */
async function opened(page, afterMs) {
  await page.waitForFunction(() => performance.getEntriesByName('usable').length > 0);
  await page.waitForTimeout(afterMs);
  await page.evaluate(
    (wanted) => {
      const seen = { shownMs: 0, longestBlockMs: 0 };
      Object.assign(window, { seen });
      let before = performance.now();
      let startedAt = 0;
      window.addEventListener('keydown', () => (startedAt = performance.now()), { capture: true });
      const look = () => {
        const now = performance.now();
        if (startedAt > 0) seen.longestBlockMs = Math.max(seen.longestBlockMs, now - before);
        before = now;
        const text = document.querySelector('.view [role="status"]')?.textContent ?? '';
        const rows = document.querySelectorAll('[role="grid"] [role="rowgroup"] [role="row"]');
        if (text.includes(wanted) && !text.includes(' of ') && rows.length > 10) {
          seen.shownMs = Math.round(now - startedAt);
        } else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    `${RUNS.toLocaleString('en')} runs`.replace(',', ''),
  );
  await page.keyboard.press('Control+4');
  await page.waitForFunction(() => /** @type {any} */ (window).seen.shownMs > 0, null, {
    timeout: 120_000,
  });
  const seen = await page.evaluate(() => /** @type {any} */ (window).seen);
  // So that the index is written.
  await page.waitForTimeout(3_000);
  return { shownMs: seen.shownMs, longestBlockMs: Math.round(seen.longestBlockMs) };
}

/**
 * Copies of one trained pair, each with a seed and a time of its own.
 * @param {string} folder
 * @param {string} runs
 */
async function makeRuns(folder, runs) {
  const project = join(folder, 'pair.json');
  const layers = [{ id: 'output', kind: 'dense', units: 3, activation: 'softmax' }];
  const subclass = {
    members: layers,
    calls: [{ name: 'output', layer: 'output', inputs: ['input'] }],
  };
  writeFileSync(
    project,
    JSON.stringify({
      twintrain: 'project',
      version: 1,
      name: 'pair',
      architectures: [
        { style: 'sequential', inputShape: [4], layers },
        { style: 'subclass', inputShape: [4], ...subclass },
      ],
      training: { epochs: 2 },
      engine: 'graph',
      randomness: { regime: 'controlled', seed: '0' },
      data: { kind: 'builtin', name: 'iris' },
    }),
  );
  const { code, output } = await runToEnd(
    process.execPath,
    [join(root, 'dist/electron/lab.cjs'), 'run', project, '--out', join(folder, 'pair')],
    { cwd: folder, quiet: true },
  );
  if (code !== 0) throw new Error(output);
  const [experiment = ''] = readdirSync(join(folder, 'pair'));
  const from = (/** @type {string} */ style) => join(folder, 'pair', experiment, style);
  for (let pair = 0; pair < RUNS / styles.length; pair++) {
    for (const style of styles) {
      const own = join(runs, `project-${String(pair).padStart(5, '0')}`, style);
      mkdirSync(own, { recursive: true });
      cpSync(from(style), own, { recursive: true });
      const manifest = JSON.parse(readFileSync(join(own, 'run.json'), 'utf8'));
      manifest.randomness.seed = String(pair % 10);
      manifest.createdAt = new Date(1.7e12 + pair * 60_000).toISOString();
      writeFileSync(join(own, 'run.json'), JSON.stringify(manifest));
    }
  }
}
