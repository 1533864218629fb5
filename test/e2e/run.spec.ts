import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { encode } from 'fast-png';
import { npyBytes } from '../../electron/data/npyBytes';
import { controlledOrder } from '../../electron/engines/tfjs/orders/controlledOrder';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
let page: Page;

test.beforeEach(async () => {
  opened = await launchApp();
  page = opened.page;
});
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
});

const places = () => page.getByRole('navigation', { name: 'Places' });
const view = () => page.locator('.content:not([hidden])');
const button = (name: string) => view().getByRole('button', { name, exact: true });
const progress = () => view().locator('.progress [role=status]').first();
const verdict = () => view().locator('.verdict');

async function stepsDone(): Promise<number> {
  return Number(await view().getByLabel('Steps trained').getAttribute('value'));
}

test('Run in the builder trains both styles live, with metrics and validation, and the verdict appears', async () => {
  await page.getByLabel('Start from a template').selectOption('Article');
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(verdict()).toContainText('exact');
  await expect(verdict()).toContainText('equal bit for bit');
  await expect(
    view().getByRole('img', { name: /^Accuracy of training and validation/ }),
  ).toBeVisible();
  await view().getByLabel('Value shown by epoch').selectOption('loss');
  await page.screenshot({ path: 'test-results/run.png' });
  const folders = await view().locator('.folder code').allTextContents();
  expect(folders).toHaveLength(2);
  for (const folder of folders) {
    const outcome = JSON.parse(readFileSync(join(folder, 'outcome.json'), 'utf8'));
    expect(outcome).toMatchObject({ status: 'finished', steps: 40 });
    const epochs = readFileSync(join(folder, 'epochs.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(epochs[9] ?? '')).toMatchObject({
      epoch: 10,
      validation: { accuracy: expect.any(Number) },
    });
  }
});

test('a graph that is not a stack is trained as a Functional too, unless that is turned off', async () => {
  await page.getByLabel('Start from a template').selectOption('Residual block');
  await expect(view().getByLabel('Train it as a Functional too')).toBeChecked();
  await page.screenshot({ path: 'test-results/functional-build.png' });
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(verdict()).toContainText('equal bit for bit');
  await expect(view().locator('.folder').first()).toContainText('functional');
  await page.screenshot({ path: 'test-results/functional-run.png' });
  await places().getByRole('button', { name: 'Build', exact: true }).click();
  await view().getByLabel('Train it as a Functional too').uncheck();
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(view().locator('.folder')).toHaveCount(1);
  await places().getByRole('button', { name: 'Build', exact: true }).click();
  await page.keyboard.press('Control+z');
  await expect(view().getByLabel('Train it as a Functional too')).toBeChecked();
});

test('from one shared random state the styles diverge, and the sentence says at which tensor', async () => {
  await page.getByLabel('Start from a template').selectOption('MLP');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Data').selectOption('digits');
  await view().getByLabel('Random numbers').selectOption('global');
  await view().getByLabel('Epochs').fill('1');
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await page.screenshot({ path: 'test-results/global.png' });
  await expect(verdict()).toContainText('different');
});

test('a run is paused, goes on, is stopped, and keeps its records', async () => {
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Epochs').fill('100000');
  await view().getByLabel('Engine').selectOption('graph');
  await button('Run').click();
  await expect.poll(stepsDone, { timeout: 60_000 }).toBeGreaterThan(100);
  await button('Pause').click();
  await expect(view().getByText('Paused', { exact: true })).toBeVisible();
  await page.waitForTimeout(1_000);
  const held = await stepsDone();
  await page.waitForTimeout(1_500);
  expect(await stepsDone()).toBe(held);
  await button('Resume').click();
  await expect.poll(stepsDone, { timeout: 30_000 }).toBeGreaterThan(held);
  await button('Stop').click();
  await expect(progress()).toContainText('Stopped.', { timeout: 30_000 });
  for (const folder of await view().locator('.folder code').allTextContents()) {
    expect(existsSync(join(folder, 'outcome.json'))).toBe(true);
  }
  // Stopped is not lost: the same run goes on.
  const ended = await stepsDone();
  await button('Resume run').click();
  await expect.poll(stepsDone, { timeout: 60_000 }).toBeGreaterThan(ended);
  await button('Stop').click();
  await expect(progress()).toContainText('Stopped.', { timeout: 30_000 });
});

test('thousands of short epochs have the orders of their streams', async () => {
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Epochs').fill('4000');
  await view().getByLabel('Validation, percent of the rows').fill('0');
  await view().getByLabel('Engine').selectOption('xla');
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  const folders = await view().locator('.folder code').allTextContents();
  expect(folders).toHaveLength(2);
  for (const folder of folders) {
    const { data, randomness } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
      data: { rows: number };
      randomness: { seed: string };
    };
    const recorded = readFileSync(join(folder, 'batch-orders.u32'));
    expect(recorded.length).toBe(4000 * 4 * data.rows);
    for (const epoch of [1, 500, 2345, 4000]) {
      const { rows } = controlledOrder(randomness.seed, data.rows, epoch);
      const at = (epoch - 1) * rows.byteLength;
      expect(recorded.subarray(at, at + rows.byteLength)).toEqual(Buffer.from(rows.buffer));
    }
  }
});

test('a network that does not fit the data is refused with a message', async () => {
  await page.getByLabel('Start from a template').selectOption('LeNet');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Data').selectOption('iris');
  await expect(view().getByRole('alert')).toContainText(
    'takes rows of 64 features, but the data has 4',
  );
  await expect(button('Run')).toBeDisabled();
  await view().getByLabel('Data').selectOption('digits');
  await expect(view().getByRole('alert')).toHaveCount(0);
  await expect(button('Run')).toBeEnabled();
});

test('a network is fitted to its data with one button', async () => {
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Data').selectOption('digits');
  await expect(view().getByRole('alert')).toContainText('the data has 64');
  await view().getByRole('button', { name: 'Set input and output to fit' }).click();
  await expect(view().getByRole('alert')).toHaveCount(0);
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(verdict()).toContainText('exact');
});

test('rows sorted by class give a warning before they are split, and a fair split is one button away', async () => {
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  const warning = view().getByRole('status').filter({ hasText: 'sorted by class' });
  await expect(view().getByText('150 rows of 4, 3 classes.')).toBeVisible();
  await view().getByLabel('Validation, percent of the rows').fill('0');
  await expect(warning).toHaveCount(0);
  await view().getByLabel('Validation, percent of the rows').fill('20');
  await expect(warning).toContainText('the last 20 % are only of the last classes');
  await warning.getByRole('button', { name: 'Take a share of every class' }).click();
  await expect(warning).toHaveCount(0);
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(verdict()).toContainText('exact');
});

test('reading a large table shows progress, and can be cancelled', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'twintrain-csv-')), 'large.csv');
  const rows = Array.from({ length: 1_500_000 }, (_, row) => `${row},${row % 7},${row % 3}`);
  writeFileSync(file, ['a,b,kind', ...rows, ''].join('\n'));
  await opened.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, file);
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Data').selectOption('table');
  await view().getByRole('button', { name: 'Choose file…' }).click();
  await page.getByRole('button', { name: 'Use this table' }).click();
  const status = view()
    .getByRole('status')
    .filter({ hasText: /Reading the data… \d+ %/ });
  await expect(status).toBeVisible();
  await status.getByRole('button', { name: 'Cancel' }).click();
  await expect(view().getByText('The data was not read')).toBeVisible();
  await view().getByRole('button', { name: 'Read it' }).click();
  await expect(view().getByText('1,500,000 rows of 2, 3 classes')).toBeVisible();
  await expect(view().getByRole('alert')).toContainText('the data has 2');
});

test('a training process that is killed is named, and the other goes on', async () => {
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  // Slow enough to be still running when it is killed.
  await view().getByLabel('Epochs').fill('600');
  await view().getByLabel('Engine').selectOption('eager');
  await button('Run').click();
  await expect.poll(stepsDone, { timeout: 60_000 }).toBeGreaterThan(100);
  const pid = await opened.app.evaluate(
    ({ app }) =>
      app.getAppMetrics().find(({ type, name }) => type === 'Utility' && /train/i.test(name ?? ''))
        ?.pid,
  );
  // 0 would be this process and all of its group.
  if (pid === undefined) throw new Error('No training process is there to be killed');
  process.kill(pid, 'SIGKILL');
  await expect(view().getByRole('alert').first()).toContainText('training process ended');
  await expect(progress()).toHaveText(/^Not every run finished/, { timeout: 120_000 });
  await expect(verdict()).toContainText('not verified');
});

test('a folder of pictures is chosen, shown, and trained on; Save works from here', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-images-'));
  for (const [label, name] of ['bird', 'cat', 'dog'].entries()) {
    mkdirSync(join(folder, name));
    for (let index = 0; index < 8; index++) {
      const data = Uint8Array.from({ length: 4 }, (_, at) => label * 60 + index * 5 + at);
      writeFileSync(
        join(folder, name, `${index}.png`),
        encode({ width: 2, height: 2, channels: 1, data }),
      );
    }
  }
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Data').selectOption('images');
  await opened.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, folder);
  await view().getByRole('button', { name: 'Choose folder…' }).click();
  await expect(view().getByText('24 pictures, 3 classes (bird, cat, dog)')).toBeVisible();
  await expect(view().getByLabel('Height')).toHaveValue('2');
  await expect(view().getByLabel('Colours')).toHaveValue('1');
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(verdict()).toContainText('exact');

  const file = join(folder, 'network.twintrain.json');
  await opened.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
  }, file);
  await page.keyboard.press('Control+s');
  await expect.poll(() => existsSync(file)).toBe(true);
  const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: object };
  expect(data).toMatchObject({ kind: 'images', path: '.', width: 2, height: 2, channels: 1 });
});

test('NumPy arrays are chosen, shown, and trained on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-npy-'));
  const rows = 40;
  const inputs = Array.from({ length: rows * 4 }, (_, index) => Math.sin(index));
  const labels = Array.from({ length: rows }, (_, index) => index % 3);
  writeFileSync(join(folder, 'x.npy'), npyBytes('<f4', [rows, 2, 2], inputs));
  writeFileSync(join(folder, 'y.npy'), npyBytes('<i4', [rows], labels));
  await page.getByLabel('Start from a template').selectOption('Article');
  await places().getByRole('button', { name: 'Run', exact: true }).click();
  await view().getByLabel('Data').selectOption('npy');
  await expect(button('Run')).toBeDisabled();
  for (const [part, file] of [
    ['Rows', 'x.npy'],
    ['Labels', 'y.npy'],
  ] as const) {
    await opened.app.evaluate(
      ({ dialog }, path) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
      },
      join(folder, file),
    );
    await view()
      .getByRole('button', { name: `${part}: choose file…` })
      .click();
  }
  await expect(view().getByText('x.npy: 40 × 2 × 2, <f4')).toBeVisible();
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(verdict()).toContainText('exact');
});

test('numbers to predict: the template trains, and a loss for classes is refused with one button', async () => {
  await page.getByLabel('Start from a template').selectOption('Two convolutions');
  await page.keyboard.press('Control+2');
  await expect(view()).toContainText('64 rows of 32 × 1, 28 numbers to predict.');
  await expect(view().getByLabel('Epochs')).toHaveValue('3');
  // Losses that do not go with numbers are not offered; one that was chosen before is refused.
  const loss = view().getByRole('combobox', { name: 'Loss' });
  await expect(loss.getByRole('option')).toHaveText([
    'Mean squared error',
    'Mean absolute error',
    'Huber (delta 1)',
  ]);
  await view().getByLabel('Data').selectOption('iris');
  await loss.selectOption('categoricalCrossentropy');
  await view().getByLabel('Data').selectOption('series');
  const alert = view().getByRole('alert').filter({ hasText: 'numbers to predict' });
  await expect(alert).toContainText('Categorical crossentropy does not go with the data');
  await expect(button('Run')).toBeDisabled();
  await alert.getByRole('button', { name: 'Set training settings to fit' }).click();
  await expect(alert).toHaveCount(0);
  await view().getByLabel('Engine').selectOption('graph');
  await button('Run').click();
  await expect(view().locator('.verdict')).toContainText('all 24 losses', { timeout: 60_000 });
  await page.screenshot({ path: 'test-results/numbers.png' });
});
