// @ts-check
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withApp } from './appStarted.mjs';

const LAYERS = 300;
const ROUNDS = 30;

/**
 * How long one edit of a large network takes in the real window, from the event until the next frame
 * is drawn: one JSON line for each kind of edit, in milliseconds.
 */
export async function benchBuilder() {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-bench-'));
  const file = join(folder, 'large.twintrain');
  writeFileSync(file, JSON.stringify(largeProject()));
  try {
    await withApp(join(folder, 'data'), [file], edited);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {import('playwright').Page} page */
async function edited(page) {
  await page.locator(`[data-layer="layer${LAYERS}"]`).waitFor();
  await page.locator('[data-layer="layer1"]').click();
  for (const edit of /** @type {const} */ (['field', 'select', 'move', 'add', 'undo'])) {
    const times = await page.evaluate(measure, { edit, rounds: ROUNDS });
    times.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) =>
      Number((times[Math.floor((times.length - 1) * share)] ?? NaN).toFixed(1));
    const line = { layers: LAYERS, edit, medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

/**
 * Runs in the page.
 * @param {{ edit: 'field' | 'select' | 'move' | 'add' | 'undo', rounds: number }} options
 * @returns {Promise<number[]>}
 */
async function measure({ edit, rounds }) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const press = (/** @type {Element | Window} */ target, /** @type {KeyboardEventInit} */ how) =>
    target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...how }));
  const row = (/** @type {number} */ number) =>
    /** @type {HTMLElement} */ (document.querySelector(`[data-layer="layer${number}"]`));
  const times = [];
  for (let round = 0; round < rounds; round++) {
    if (edit === 'field') row(1 + (round % 20)).click();
    await frame();
    const before = performance.now();
    if (edit === 'field') {
      const field = /** @type {HTMLInputElement} */ (
        document.querySelector('[aria-label="Selected layer"] input[inputmode=decimal]')
      );
      field.value = String(8 + (round % 2));
      field.dispatchEvent(new Event('input', { bubbles: true }));
    } else if (edit === 'select') row(1 + round * 7).click();
    else if (edit === 'move') press(row(211), { key: 'ArrowUp', altKey: true });
    else if (edit === 'add') {
      /** @type {HTMLElement} */ (document.querySelector('[data-kind=dense]')).click();
    } else press(window, { key: 'z', ctrlKey: true });
    await frame();
    times.push(performance.now() - before);
  }
  return times;
}

function largeProject() {
  const layers = Array.from({ length: LAYERS }, (_, index) => ({
    id: `layer${index + 1}`,
    kind: 'dense',
    units: 8,
  }));
  const calls = layers.map(({ id }, index) => ({
    name: id,
    layer: id,
    inputs: [layers[index - 1]?.id ?? 'input'],
  }));
  return {
    twintrain: 'project',
    version: 1,
    name: 'large',
    architectures: [
      { style: 'sequential', inputShape: [4], layers },
      { style: 'subclass', inputShape: [4], members: layers, calls },
    ],
    randomness: { regime: 'controlled', seed: '0' },
    data: { kind: 'builtin', name: 'iris' },
  };
}
