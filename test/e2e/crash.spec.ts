import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp, type OpenedApp } from './launchApp';
import { PlainApp } from './plainApp';
import { beginTraining, happened, stepsPass, view } from './training';

let opened: OpenedApp | null = null;
test.afterEach(async () => {
  await opened?.close();
  opened = null;
});

/** Losses on disk by style. */
function recorded(userData: string): Record<string, Buffer> {
  const runs = join(userData, 'runs');
  const [experiment = ''] = readdirSync(runs);
  return Object.fromEntries(
    ['sequential', 'subclass'].map((style) => [
      style,
      readFileSync(join(runs, experiment, style, 'losses.f32')),
    ]),
  );
}

const pidsOf = ({ app }: OpenedApp) =>
  app.evaluate(({ app: own }) => own.getAppMetrics().map(({ pid }) => pid));

test('the main process is killed while it trains: no process is left, all is kept, and the next start says so', async () => {
  opened = await launchApp();
  await expect(happened(opened.page)).toHaveCount(0);
  await beginTraining(opened.page, 100_000);
  await stepsPass(opened.page, 200);
  const pids = await pidsOf(opened);
  const before = recorded(opened.userData);
  const { userData } = opened;
  opened.app.process().kill('SIGKILL');
  await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  const after = recorded(userData);
  for (const [style, losses] of Object.entries(before)) {
    expect([style, after[style]?.subarray(0, losses.length).equals(losses)]).toEqual([style, true]);
  }

  opened = await launchApp([], userData);
  const note = happened(opened.page);
  await expect(note).toContainText('was not closed');
  for (const [style, losses] of Object.entries(after)) {
    const name = style === 'sequential' ? 'Sequential' : 'Model subclass';
    await expect(note).toContainText(`${name}: ${Math.floor(losses.length / 4)} of`);
  }
  await opened.page.screenshot({ path: 'test-results/interrupted.png' });
  // It goes on from there, and what was recorded is on screen at once.
  await note.getByRole('button', { name: 'Resume' }).click();
  await expect(note).toHaveCount(0);
  // What came after the last snapshot is trained again first, by each style at its own pace.
  const isFurther = () =>
    Object.entries(recorded(userData)).every(
      ([style, { length }]) => length > (after[style]?.length ?? 0),
    );
  await expect.poll(isFurther, { timeout: 60_000 }).toBe(true);
  await view(opened.page).getByRole('button', { name: 'Stop' }).click();
  await expect(opened.page.locator('[data-phase=stopped]')).toBeVisible();
  for (const [style, losses] of Object.entries(recorded(userData))) {
    const earlier = after[style] ?? Buffer.alloc(0);
    expect(losses.subarray(0, earlier.length).equals(earlier)).toBe(true);
    expect(losses.length).toBeGreaterThan(earlier.length);
  }
  const { userData: same } = opened;
  await opened.app.close();
  expect(statSync(join(same, 'session.json'), { throwIfNoEntry: false })).toBeUndefined();
  opened = await launchApp([], same);
  await expect(opened.page.getByLabel('Start from a template')).toBeVisible();
  await expect(happened(opened.page)).toHaveCount(0);
});

test('the window’s process is killed while it trains: it comes back to the run, which goes on to its end', async () => {
  const userData = mkdtempSync(join(tmpdir(), 'twintrain-crash-'));
  const app = new PlainApp(userData, 9_380);
  try {
    await app.look(async (page) => {
      await beginTraining(page, 3_000);
      await stepsPass(page, 200);
    });
    const [renderer] = app.processes().filter(({ type }) => type === 'renderer');
    process.kill(renderer?.pid ?? 0, 'SIGKILL');
    await app.look(async (page) => {
      await expect(happened(page)).toContainText('process was lost (killed)');
      await expect(happened(page)).toContainText('Training continued meanwhile');
      await page.screenshot({ path: 'test-results/lost-window.png' });
      await expect(view(page).locator('.verdict')).toContainText('exact', { timeout: 120_000 });
      await expect(view(page).getByLabel('Steps trained')).toHaveAttribute('value', '24000');
    });
    const losses = Object.values(recorded(userData)).map(({ length }) => length / 4);
    expect(losses).toEqual([12_000, 12_000]);
  } finally {
    await app.end();
    rmSync(userData, { recursive: true, force: true });
  }
});
