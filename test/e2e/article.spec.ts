import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { launchApp, root, type OpenedApp } from './launchApp';
import { chooseEngines } from './training';

let opened: OpenedApp;
test.beforeEach(async () => {
  opened = await launchApp();
  await opened.page.getByRole('button', { name: 'Article', exact: true }).click();
});
test.afterEach(async () => {
  await opened.close();
});

const run = (page: Page) => page.locator('form').getByRole('button', { name: 'Run', exact: true });
const phase = (page: Page, name: string) => page.locator(`[data-phase=${name}]`);
const points = async (page: Page) =>
  Number(await page.locator('.agreement').getAttribute('data-points'));
const cell = (page: Page, protocol: number, name: string) =>
  page.locator(`[data-protocol="${protocol}"] [data-cell="${name}"]`);

/**
 * Starts recording how far to the right the chart's lines reach, in pixels, whenever that
 * changes. Recorded in the page: a fast training is over between two calls from here.
 */
const watchLines = (page: Page) =>
  page.evaluate(() => {
    const reached: number[] = [];
    Object.assign(window, { reached });
    const note = () => {
      const canvas = document.querySelector<HTMLCanvasElement>('.chart canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return;
      // The legend's own lines lie above.
      const top = Math.ceil(canvas.height / 6);
      const { data, width } = context.getImageData(0, top, canvas.width, canvas.height - top);
      let right = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]];
        if (Math.max(r, g, b) - Math.min(r, g, b) > 80) right = Math.max(right, (at / 4) % width);
      }
      if (right > 0 && right !== reached.at(-1)) reached.push(right);
    };
    setInterval(note, 20);
  });
const linesReached = (page: Page) =>
  page.evaluate(() => (window as unknown as { reached: number[] }).reached);

test('Run trains both styles live, the chart grows, and the verdicts are the article’s', async () => {
  const { page, pageErrors, userData } = opened;
  await page.getByLabel('Epochs').fill('40');
  await chooseEngines(page, 'TensorFlow.js, eager');
  for (const name of ['5 reset', '6 isolated']) await page.getByLabel(name).check();
  await watchLines(page);
  await run(page).click();

  await expect(page.locator('.chart canvas')).toBeVisible({ timeout: 60_000 });
  await expect(phase(page, 'running')).toBeVisible();
  await expect(page.locator('[data-phase=running]')).toContainText(/steps\/s\s*about .* left/);
  await expect(run(page)).toBeDisabled();

  await expect(phase(page, 'finished')).toBeVisible({ timeout: 300_000 });
  // All runs end at the same step: a line drawn only then would be seen at one length.
  expect(new Set(await linesReached(page)).size).toBeGreaterThan(1);
  const table = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((protocol) =>
      Promise.all(
        ['verdict', 'control-sequential', 'control-subclass', 'cause'].map(async (name) =>
          (await cell(page, protocol, name).innerText()).replace(/^\W+/, ''),
        ),
      ),
    ),
  );
  const order = 'order in shared random state';
  expect(table).toEqual([
    ['different', 'different', 'different', order],
    ['different', 'different', 'different', order],
    ['exact', 'exact', 'exact', 'none'],
    ['exact', 'exact', 'exact', 'none'],
    ['different', 'exact', 'exact', 'style'],
    ['different', 'exact', 'exact', 'style'],
  ]);
  await expect(cell(page, 1, 'difference')).toContainText(
    'weights hidden1/kernel differ (stream global/initialiser)',
  );
  await expect(cell(page, 2, 'difference')).toContainText(
    'rows in another order (stream global/shuffle)',
  );
  await expect(cell(page, 3, 'difference')).toContainText('None in 200 steps');

  await page.getByRole('button', { name: '3 explicit + reset' }).click();
  await expect(page.locator('.agreement')).toHaveText(/all 200 common steps are equal bit for bit/);
  expect(await points(page)).toBe(400);
  await page.getByRole('button', { name: '2 explicit initialiser seeds' }).click();
  await expect(page.locator('.agreement')).toHaveText('The losses differ from the first step on.');
  await page.screenshot({ path: join(root, 'test-results/finished.png') });
  expect(pageErrors).toEqual([]);

  // The app and the headless lab share one engine: same options, same bits.
  const out = join(userData, 'lab');
  const lab = execFileSync(
    process.execPath,
    [
      join(root, 'dist/electron/lab.cjs'),
      'article',
      '--json',
      '--protocols',
      '3',
      '--epochs',
      '40',
      '--engine',
      'eager',
      '--out',
      out,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const { runFolders } = JSON.parse(lab) as { runFolders: [string, string] };
  const shown = await cell(page, 3, 'loss').locator('span').first().innerText();
  const losses = readFileSync(join(runFolders[0], 'losses.f32'));
  expect(losses.readFloatLE(losses.length - 4)).toBe(Math.fround(Number(shown)));
});

test('Stop ends the experiment at once and keeps what was trained', async () => {
  const { page, userData } = opened;
  await chooseEngines(page, 'TensorFlow.js, compiled graph');
  await page.getByLabel('Epochs').fill('100000');
  await run(page).click();
  await expect(page.locator('.agreement')).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(phase(page, 'stopped')).toBeVisible({ timeout: 15_000 });
  await expect(page.locator('[data-phase=stopped]')).toContainText('What was trained is kept');
  await expect(run(page)).toBeEnabled();
  await expect(page.getByRole('alert')).toHaveCount(0);
  const runs = execFileSync('find', [join(userData, 'runs'), '-name', 'outcome.json'], {
    encoding: 'utf8',
  });
  const [first] = runs.split('\n');
  expect(JSON.parse(readFileSync(first ?? '', 'utf8'))).toMatchObject({ status: 'stopped' });
  // And the next one starts.
  await page.getByLabel('Epochs').fill('1');
  await run(page).click();
  await expect(phase(page, 'finished')).toBeVisible({ timeout: 60_000 });
});

test('a killed training process is shown, and the others go on', async () => {
  const { app, page } = opened;
  await page.getByLabel('Epochs').fill('30');
  await chooseEngines(page, 'TensorFlow.js, eager');
  for (const name of ['1 global', '3 explicit']) await page.getByLabel(name).uncheck();
  await run(page).click();
  await expect(page.locator('.agreement')).toBeVisible({ timeout: 60_000 });
  const pid = await app.evaluate(
    ({ app: own }) => own.getAppMetrics().find(({ name }) => name === 'Twintrain trainer')?.pid,
  );
  expect(pid).toBeGreaterThan(0);
  process.kill(pid as number, 'SIGKILL');

  const alert = page.getByRole('alert');
  await expect(alert).toContainText(
    'The training process ended before its work was done (it was killed)',
  );
  await expect(alert).toContainText('try a smaller batch or network');
  await expect(alert).toHaveAttribute('data-code', 'trainer-died');
  await expect(phase(page, 'incomplete')).toBeVisible({ timeout: 120_000 });
  await expect(cell(page, 4, 'verdict')).toContainText('exact');
});

test('closing the window while training leaves no process behind', async () => {
  const { app, page } = opened;
  await chooseEngines(page, 'TensorFlow.js, compiled graph');
  await page.getByLabel('Epochs').fill('100000');
  await run(page).click();
  await expect(page.locator('.agreement')).toBeVisible({ timeout: 60_000 });
  const pids = await app.evaluate(({ app: own }) => own.getAppMetrics().map(({ pid }) => pid));
  await app.close();
  await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
});

test('engines side by side: a table of protocols by engine, and the evidence of the chosen one', async () => {
  const { page } = opened;
  const form = page.locator('form');
  await form.getByLabel('Epochs').fill('2');
  await chooseEngines(page, 'TensorFlow.js, compiled graph', 'TensorFlow.js, eager');
  for (const name of ['1 global', '3 explicit']) await form.getByLabel(name).uncheck();
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 240_000 });
  const verdict = (engine: string, protocol: number) =>
    page.locator(`[data-engine="${engine}"][data-of="${protocol}"]`);
  for (const engine of ['graph', 'eager']) {
    await expect(verdict(engine, 2)).toContainText('different');
    await expect(verdict(engine, 4)).toContainText('exact');
  }
  await verdict('graph', 2).getByRole('button').click();
  await expect(
    page.getByRole('heading', { name: 'TensorFlow.js (graph), protocol 2' }),
  ).toBeVisible();
  await expect(cell(page, 2, 'difference')).toContainText('stream global/shuffle');
  await verdict('eager', 2).getByRole('button').click();
  await expect(
    page.getByRole('heading', { name: 'TensorFlow.js (eager), protocol 2' }),
  ).toBeVisible();
  await expect(page.locator('.losses .sequential')).not.toHaveCount(0);
  // The chart rests between two drawings.
  await page.waitForTimeout(500);
  await page.screenshot({ path: 'test-results/engines.png' });

  // The repair is one button away, and shown to help.
  await expect(cell(page, 2, 'difference')).toContainText('Protocol 3 repairs it');
  await page
    .getByRole('button', { name: 'Run protocols 2 and 3 on TensorFlow.js (eager)' })
    .click();
  await expect(cell(page, 3, 'verdict')).toContainText('exact', { timeout: 60_000 });
  await expect(cell(page, 2, 'verdict')).toContainText('different');
});
