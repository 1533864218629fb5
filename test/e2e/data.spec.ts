import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { encode } from 'fast-png';
import { npyBytes } from '../../electron/data/npyBytes';
import { launchApp, type OpenedApp } from './launchApp';
import { view as viewOf } from './training';

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

const view = () => viewOf(page);

/** What the system's dialog answers next. */
async function answer(path: string): Promise<void> {
  await opened.app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] });
  }, path);
}

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(opened.userData, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Trains both styles to the end. */
async function train(): Promise<void> {
  await view().getByRole('spinbutton', { name: 'Epochs' }).fill('3');
  await view().getByLabel('Engine').selectOption('graph');
  await view().getByRole('button', { name: 'Run', exact: true }).click();
  await expect(view().locator('.verdict')).toContainText('equal bit for bit', { timeout: 60_000 });
}

test('weights, groups, scaled numbers and a file for validation are chosen and trained with', async () => {
  const lines = (rows: number, from: number) =>
    Array.from({ length: rows }, (_, at) => {
      const row = from + at;
      return `${row % 7},${(row * 3) % 5},${100 + 20 * (row % 7)},${1 + (row % 2)},p${row % 8}`;
    });
  const header = 'x,z,price,importance,patient';
  const path = await written('prices.csv', [header, ...lines(64, 0), ''].join('\n'));
  await answer(path);
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.keyboard.press('Control+2');
  await view().getByLabel('Data').selectOption('table');
  await view().getByRole('button', { name: 'Choose file…' }).click();
  const dialog = page.getByRole('dialog', { name: 'prices.csv' });
  await dialog.getByLabel('Role of price').selectOption('target');
  await dialog.getByLabel('Role of patient').selectOption('group');
  await dialog.getByLabel('Role of importance').selectOption('weight');
  await dialog.getByLabel('A row’s target').selectOption('number');
  await dialog.getByLabel('Standardise the numbers to predict').check();
  const results = await new AxeBuilder({ page }).setLegacyMode().include('dialog[open]').analyze();
  expect(results.violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await expect(view().getByText('64 rows of 2, 1 number to predict')).toBeVisible();
  await view().getByRole('button', { name: 'Set input and output to fit' }).click();
  await view().getByRole('button', { name: 'Set training settings to fit' }).click();
  // Rows of one patient are not on both sides.
  await expect(view().getByLabel('Rows for validation')).toHaveValue('groups');
  await view().getByRole('button', { name: 'Set it to linear' }).click();
  await view().getByRole('checkbox', { name: 'Mean absolute error' }).check();
  await train();
  await view().getByLabel('Value shown by epoch').selectOption('loss, in its own unit');

  await answer(await written('later.csv', [header, ...lines(16, 100), ''].join('\n')));
  await view().getByRole('button', { name: 'Validate on another file…' }).click();
  const use = page.getByRole('dialog', { name: 'later.csv' });
  await expect(use).toHaveCount(0);
  await expect(view()).toContainText('80 rows of 2, the last 16 for validation');
  await expect(view()).toContainText('16 rows of their own are held out');
  await train();
  await view().getByRole('button', { name: 'Do not validate on later.csv' }).click();
  await expect(view().getByText('64 rows of 2, 1 number to predict')).toBeVisible();
});

test('a series is cut into windows; words of texts become numbers', async () => {
  const rows = Array.from({ length: 60 }, (_, row) => `${Math.sin(row / 3).toFixed(4)},${row % 4}`);
  await answer(await written('tide.csv', ['level,hour', ...rows, ''].join('\n')));
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.keyboard.press('Control+2');
  await view().getByLabel('Data').selectOption('table');
  await view().getByRole('button', { name: 'Choose file…' }).click();
  const dialog = page.getByRole('dialog', { name: 'tide.csv' });
  await dialog.getByLabel('Role of hour').selectOption('number');
  await dialog.getByLabel('Role of level').selectOption('target');
  await dialog.getByLabel('A row’s target').selectOption('number');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await view().getByLabel('Rows follow each other in time').check();
  await view().getByLabel('Rows at a time').fill('6');
  await view().getByLabel('Rows at a time').press('Tab');
  await view().getByLabel('The network sees the target’s own past').check();
  await expect(view()).toContainText('54 rows of 6 × 2, 1 number to predict');

  await answer(
    await written(
      'reviews.csv',
      [
        'review,label',
        ...rows.map((_, row) => `${row % 2 ? 'a fine film' : 'dull; dull'},${row % 2}`),
      ].join('\n'),
    ),
  );
  await view().getByRole('button', { name: 'Choose file…' }).click();
  const texts = page.getByRole('dialog', { name: 'reviews.csv' });
  await expect(texts.getByLabel('Role of review')).toHaveValue('one-hot');
  await texts.getByLabel('Role of review').selectOption('tokens');
  await texts.getByLabel('Words per row of review').fill('4');
  await texts.getByLabel('Words per row of review').press('Tab');
  await texts.getByRole('button', { name: 'Use this table' }).click();
  await expect(view()).toContainText('60 rows of 4, 2 classes');
  await expect(view()).toContainText('becomes 4 numbers from 0 to 5');
});

test('folders to train and to validate are found, and pictures are changed at random', async () => {
  const draw = (row: number) =>
    encode({
      width: 8,
      height: 8,
      channels: 1,
      data: Uint8Array.from({ length: 64 }, (_, at) => (at * 3 + row * 40) % 256),
    });
  for (const [folder, count] of [
    ['train', 24],
    ['val', 8],
  ] as const) {
    for (let row = 0; row < count; row++) {
      await written(`pictures/${folder}/${row % 2 ? 'odd' : 'even'}/${row}.png`, draw(row));
    }
  }
  // Its decoder is loaded only for such a file.
  const webp = 'UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABAAdQrWpVq/+BiOh/AAA=';
  await written('pictures/train/even/grey.webp', Buffer.from(webp, 'base64'));
  await answer(join(opened.userData, 'pictures'));
  await page.getByLabel('Start from a template').selectOption('LeNet');
  await page.keyboard.press('Control+2');
  await view().getByLabel('Data').selectOption('images');
  await view().getByRole('button', { name: 'Choose folder…' }).click();
  await expect(view()).toContainText('Trained on train, validated on val.');
  await expect(view()).toContainText('33 rows of 8 × 8 × 1, the last 8 for validation, 2 classes');
  await view().getByRole('button', { name: 'Set input and output to fit' }).click();
  await view().getByLabel('Change pictures at random before each epoch').check();
  await view().getByLabel('Turned, degrees').fill('25');
  await view().getByLabel('Turned, degrees').press('Tab');
  await train();
});

test('arrays with weights, groups and rows for validation', async () => {
  const array = (rows: number, width: number, of: (at: number) => number) =>
    npyBytes(
      '<f4',
      width === 1 ? [rows] : [rows, width],
      Float32Array.from({ length: rows * width }, (_, at) => of(at)),
    );
  const files = {
    Rows: array(40, 4, (at) => Math.sin(at)),
    Labels: npyBytes(
      '<i4',
      [40],
      Int32Array.from({ length: 40 }, (_, at) => at % 3),
    ),
    'Rows for validation': array(9, 4, (at) => Math.cos(at)),
    'Labels for validation': npyBytes(
      '<i4',
      [9],
      Int32Array.from({ length: 9 }, (_, at) => at % 3),
    ),
    'Weight of each row': array(40, 1, (at) => at % 3),
  };
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.keyboard.press('Control+2');
  await view().getByLabel('Data').selectOption('npy');
  await view().getByText('Validation, weights and groups').click();
  for (const [label, bytes] of Object.entries(files)) {
    await answer(await written(`${label}.npy`, bytes));
    await view()
      .getByRole('button', { name: new RegExp(`^${label}(: choose file)?…$`) })
      .click();
    await expect(view().getByText(`${label}.npy:`)).toBeVisible();
  }
  await expect(view()).toContainText('49 rows of 4, the last 9 for validation, 3 classes');
  await train();
  await view().getByRole('button', { name: 'Rows for validation: remove' }).click();
  await expect(view().getByText('40 rows of 4, 3 classes')).toBeVisible();
});
