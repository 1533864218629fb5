// @ts-check
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withApp } from './appStarted.mjs';
import { trainedPair } from './trainedPair.mjs';

const STEPS = 1_000_000;
const ROUNDS = 9;
const WHEELS = 60;

/**
 * Two runs of 1,000,000 steps in Compare: one JSON line with the milliseconds from the key that shows
 * their curves until they are drawn, and the longest frame while the wheel zooms in and out.
 */
export async function benchCurves() {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-bench-'));
  const data = join(folder, 'data');
  try {
    const runs = join(data, 'runs/project');
    mkdirSync(join(data, 'runs'), { recursive: true });
    cpSync(await trainedPair(folder), runs, { recursive: true });
    const curve = Float32Array.from(
      { length: STEPS },
      (_, step) => 1 / (1 + step / 1e5) + 0.1 * Math.sin(step * step),
    );
    writeFileSync(join(runs, 'sequential/losses.f32'), new Uint8Array(curve.buffer));
    const other = curve.map((loss, step) => (step % 3 === 0 ? loss + 1e-6 : loss));
    writeFileSync(join(runs, 'subclass/losses.f32'), new Uint8Array(other.buffer));
    const line = await withApp(data, [], async (page) => {
      await page.getByRole('navigation', { name: 'Places' }).waitFor();
      await page.keyboard.press('Control+4');
      await page.getByRole('grid').getByRole('row').nth(1).click();
      await page.getByRole('toolbar').getByRole('button', { name: 'Compare' }).click();
      await page.getByRole('tab', { name: 'Curves' }).waitFor();
      const shown = [];
      for (let round = 0; round < ROUNDS; round++) {
        await page.getByRole('tab', { name: 'Settings' }).click();
        shown.push(await page.evaluate(timeToDraw));
      }
      shown.sort((a, b) => a - b);
      const frames = await page.evaluate(zoomed, WHEELS);
      frames.sort((a, b) => a - b);
      return {
        steps: STEPS,
        drawnMs: Math.round(shown[ROUNDS >> 1] ?? NaN),
        worstMs: Math.round(shown.at(-1) ?? NaN),
        zoomFrameMs: Math.round(frames[frames.length >> 1] ?? NaN),
        longestZoomFrameMs: Math.round(frames.at(-1) ?? NaN),
      };
    });
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs in the page: until both charts have been drawn and the thread is free again. */
async function timeToDraw() {
  const tab = [...document.querySelectorAll('[role="tab"]')].find(
    (own) => own.textContent?.trim() === 'Curves',
  );
  const before = performance.now();
  /** @type {HTMLElement | undefined} */ (tab)?.click();
  // One frame asks for the drawing, the next one draws.
  for (let frame = 0; frame < 2; frame++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve));
  return performance.now() - before;
}

/** Runs in the page: how long each frame takes. @param {number} wheels */
async function zoomed(wheels) {
  const canvas = document.querySelector('[role="application"] canvas');
  const frames = [];
  for (let at = 0; at < wheels; at++) {
    const before = performance.now();
    const box = canvas?.getBoundingClientRect();
    canvas?.dispatchEvent(
      new WheelEvent('wheel', {
        deltaY: at < wheels / 2 ? -100 : 100,
        clientX: (box?.left ?? 0) + 300,
        clientY: (box?.top ?? 0) + 40,
        bubbles: true,
        cancelable: true,
      }),
    );
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => setTimeout(resolve));
    frames.push(performance.now() - before);
  }
  return frames;
}
