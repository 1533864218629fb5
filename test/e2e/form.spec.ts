import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
test.beforeEach(async () => {
  opened = await launchApp();
  await opened.page.getByRole('button', { name: 'Article', exact: true }).click();
});
test.afterEach(async () => {
  await opened.close();
});

test('an invalid value is explained at its field and Run is disabled', async () => {
  const { page } = opened;
  const run = page.locator('form').getByRole('button', { name: 'Run', exact: true });
  for (const [field, wrong, right, words] of [
    ['Epochs', '0', '1', 'whole number from 1 to 100,000'],
    ['Batch', '', '32', 'whole number from 1 to 1,048,576'],
    ['Hidden layers', '8, x', '8', 'separated by commas'],
    ['Seed', '', '0', '1 to 256 characters'],
    ['Threads', '1.5', '1', 'whole number from 1 to 1,024'],
  ] as const) {
    await page.getByLabel(field, { exact: true }).fill(wrong);
    await expect(page.locator('.problem')).toContainText(words);
    await expect(run).toBeDisabled();
    await page.getByLabel(field, { exact: true }).fill(right);
    await expect(page.locator('.problem')).toHaveCount(0);
  }
  await expect(run).toBeEnabled();
});

test('the form works by keyboard alone', async () => {
  const { page } = opened;
  await page.getByLabel('Epochs').focus();
  await page.keyboard.type('1');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 90_000 });
});

test('a table is chosen in the system dialog, its target from its columns', async () => {
  const { app, page, userData } = opened;
  const file = join(userData, 'flowers.csv');
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${row},${(row * 7) % 11},${row % 2 ? 'red' : 'blue'}`,
  );
  writeFileSync(file, ['width,height,colour', ...rows, ''].join('\n'));
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, file);
  await page.locator('form').getByLabel('Data').selectOption('table');
  await expect(
    page.locator('form').getByRole('button', { name: 'Run', exact: true }),
  ).toBeDisabled();
  await page.getByRole('button', { name: 'Choose file…' }).click();
  await expect(page.getByLabel('Target column')).toHaveValue('colour');
  for (const name of ['1 global', '2 explicit', '3 explicit']) {
    await page.getByLabel(name).uncheck();
  }
  await page.getByLabel('Epochs').fill('1');
  await page.locator('form').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('[data-protocol="4"] [data-cell="verdict"]')).toContainText('exact', {
    timeout: 90_000,
  });

  writeFileSync(
    file,
    ['width,height,colour', ...rows.slice(1), '1,2,red', 'x,2,blue', ''].join('\n'),
  );
  await page.locator('form').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText(
    'line 42, column "width": "x" is not a number',
  );
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a folder in place of a table is refused when it is chosen', async () => {
  const { app, page, userData } = opened;
  const folder = mkdtempSync(join(userData, 'folder-'));
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, folder);
  await page.locator('form').getByLabel('Data').selectOption('table');
  await page.getByRole('button', { name: 'Choose file…' }).click();
  await expect(page.getByRole('alert')).toContainText(`${folder} is a folder.`);
});
