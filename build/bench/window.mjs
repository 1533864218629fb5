// @ts-check
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withApp } from './appStarted.mjs';

const EPOCHS = 12_500;

/**
 * What a long training of short epochs does to the window: 12,500 epochs of 4 steps in both styles,
 * with metrics and validation. One JSON line: the longest time that the page's thread was blocked, how
 * long after the last record the page shows the end, and memory while it trains.
 */
export async function benchWindow() {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-bench-'));
  const file = join(folder, 'long.twintrain');
  writeFileSync(file, JSON.stringify(longProject()));
  const data = join(folder, 'data');
  try {
    await withApp(data, [file], (page, app) => measured(page, app, data));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import('playwright').Page} page
 * @param {import('playwright').ElectronApplication} app
 * @param {string} data
 */
async function measured(page, app, data) {
  await page.locator('[data-layer="hidden1"]').first().waitFor();
  await page.keyboard.press('Control+2');
  await page.evaluate(watch);
  const startedAt = Date.now();
  await page.getByRole('button', { name: 'Run', exact: true }).last().click();
  const memory = [];
  for (;;) {
    const endedAt = await page.evaluate(() => /** @type {any} */ (window).watched.endedAt);
    memory.push(await app.evaluate(memoryOf));
    if (endedAt !== null) break;
    if (Date.now() - startedAt > 580_000) throw new Error('It did not end within ten minutes.');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { longestMs, endedAt } = await page.evaluate(() => /** @type {any} */ (window).watched);
  const recordedAt = Math.max(...outcomesIn(data).map((path) => statSync(path).mtimeMs));
  const settled = memory.slice(Math.floor(memory.length / 4));
  const line = {
    epochs: EPOCHS,
    stepsPerRun: EPOCHS * 4,
    seconds: round((recordedAt - startedAt) / 1_000),
    longestBlockMs: round(longestMs),
    endShownAfterMs: Math.round(endedAt - recordedAt),
    memoryMiB: {
      page: [settled[0]?.page, settled.at(-1)?.page],
      main: [settled[0]?.main, settled.at(-1)?.main],
    },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Runs in the page: measures how long the thread is blocked, and when the end is shown. */
function watch() {
  const watched = { longestMs: 0, endedAt: /** @type {number | null} */ (null) };
  Object.assign(window, { watched });
  const { port1, port2 } = new MessageChannel();
  let before = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    watched.longestMs = Math.max(watched.longestMs, now - before);
    before = now;
    const status = document.querySelector('[data-phase]')?.getAttribute('data-phase');
    const isShown = document.querySelector('.verdict') !== null;
    if (status === 'finished' && isShown) watched.endedAt = Date.now();
    else setTimeout(() => port2.postMessage(null), 1);
  };
  port2.postMessage(null);
}

/** Runs in the main process. @param {{ app: import('electron').App }} electron */
function memoryOf({ app }) {
  const of = (/** @type {string} */ type) =>
    Math.round(
      (app.getAppMetrics().find((own) => own.type === type)?.memory.workingSetSize ?? 0) / 1_024,
    );
  return { page: of('Tab'), main: of('Browser') };
}

/** @param {string} folder @returns {string[]} */
function outcomesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return outcomesIn(path);
    return entry.name === 'outcome.json' ? [path] : [];
  });
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(1));
}

function longProject() {
  const layers = [
    { id: 'hidden1', kind: 'dense', units: 16, activation: 'relu' },
    { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
  ];
  return {
    twintrain: 'project',
    version: 1,
    name: 'long',
    architectures: [
      { style: 'sequential', inputShape: [4], layers },
      {
        style: 'subclass',
        inputShape: [4],
        members: layers,
        calls: layers.map(({ id }, index) => ({
          name: id,
          layer: id,
          inputs: [layers[index - 1]?.id ?? 'input'],
        })),
      },
    ],
    training: { epochs: EPOCHS, batchSize: 32, metrics: ['accuracy'], validationSplit: 0.2 },
    engine: 'graph',
    randomness: { regime: 'controlled', seed: '0' },
    data: { kind: 'builtin', name: 'iris' },
  };
}
