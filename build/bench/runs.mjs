// @ts-check
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withApp } from './appStarted.mjs';
import { trainedPair } from './trainedPair.mjs';

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
  const pair = await trainedPair(folder);
  const from = (/** @type {string} */ style) => join(pair, style);
  for (let number = 0; number < RUNS / styles.length; number++) {
    for (const style of styles) {
      const own = join(runs, `project-${String(number).padStart(5, '0')}`, style);
      mkdirSync(own, { recursive: true });
      cpSync(from(style), own, { recursive: true });
      const manifest = JSON.parse(readFileSync(join(own, 'run.json'), 'utf8'));
      manifest.randomness.seed = String(number % 10);
      manifest.createdAt = new Date(1.7e12 + number * 60_000).toISOString();
      writeFileSync(join(own, 'run.json'), JSON.stringify(manifest));
    }
  }
}
