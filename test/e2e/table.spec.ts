import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
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

const view = () => page.locator('.content:not([hidden])');
/** The line of a column in the dialog. */
const column = (name: string) =>
  page.getByRole('table', { name: 'Columns' }).getByRole('row', { name: new RegExp(`^${name} `) });

/** Chooses a file with the button of Run, as the system's dialog would. */
async function choose(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(opened.userData, name);
  writeFileSync(path, content);
  await opened.app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] });
  }, path);
  await page.keyboard.press('Control+2');
  await view().getByLabel('Data').selectOption('table');
  await view().getByRole('button', { name: 'Choose file…' }).click();
  return path;
}

test('what was recognised of a table is shown, changed, used, and kept in the project', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${row};${row % 2 ? 'f' : 'm'};${row},5;${row > 20 ? 'hoch' : 'tief'}`,
  );
  await choose('leute.csv', ['nr;geschlecht;gewicht;wert', ...rows, ''].join('\n'));
  const dialog = page.getByRole('dialog', { name: 'leute.csv' });
  await expect(dialog).toContainText('separated by semicolons');
  await expect(dialog).toContainText('decimal comma');
  await expect(dialog.getByLabel('Separator')).toHaveValue(';');
  await expect(column('nr')).toContainText('numbers');
  await expect(dialog.getByLabel('Role of geschlecht')).toHaveValue('one-hot');
  await expect(dialog.getByLabel('Role of wert')).toHaveValue('target');
  const results = await new AxeBuilder({ page }).setLegacyMode().include('dialog[open]').analyze();
  expect(results.violations).toEqual([]);

  await dialog.getByLabel('Role of nr').selectOption('left-out');
  await dialog.getByLabel('Role of geschlecht').selectOption('ordinal');
  await dialog.getByLabel('Missing cells of gewicht').selectOption('mean');
  // Another separator makes another table of it; the one before comes back with what was chosen.
  await dialog.getByLabel('Decimal sign').selectOption('.');
  await expect(column('gewicht')).toContainText('text');
  await dialog.getByLabel('Decimal sign').selectOption(',');
  await expect(column('gewicht')).toContainText('numbers');
  await expect(dialog.getByLabel('Role of nr')).toHaveValue('left-out');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await expect(view().getByText('40 rows of 2, 2 classes')).toBeVisible();
  await expect(view()).toContainText('4 columns: 1 number, 1 ordinal column, 1 target, 1 left out');

  // Cancelled, nothing changes.
  await view().getByRole('button', { name: 'Columns and format…' }).click();
  await dialog.getByLabel('Role of gewicht').selectOption('left-out');
  await page.keyboard.press('Escape');
  await expect(view()).toContainText('1 number, 1 ordinal column');

  // It was read once: it is listed, and can be removed.
  await page.getByRole('button', { name: 'Data', exact: true }).click();
  const kept = page.getByRole('dialog', { name: 'Prepared data' });
  await expect(kept.getByRole('row', { name: /^leute.csv/ })).toContainText('40 × 2');
  await kept.getByLabel('At most, in GiB').fill('3');
  await kept.getByLabel('At most, in GiB').press('Tab');
  await kept.getByRole('button', { name: 'Empty' }).click();
  await expect(kept).toContainText('0 data sets');
  await kept.getByRole('button', { name: 'Close' }).click();
});

test('a cell that is missing is named, and what is done about it is one choice away', async () => {
  const rows = Array.from(
    { length: 30 },
    (_, row) => `${row},${row === 7 ? '' : row % 5},${'ab'[row % 2]}`,
  );
  await choose('gaps.csv', ['x,y,kind', ...rows, ''].join('\n'));
  const dialog = page.getByRole('dialog', { name: 'gaps.csv' });
  await expect(column('y')).toContainText('1 missing');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await expect(view().getByRole('alert')).toContainText('line 9, column "y": the cell is empty');
  await view().getByRole('button', { name: 'Columns and format…' }).click();
  await dialog.getByLabel('Missing cells of y').selectOption('drop');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await expect(view().getByText('29 rows of 2, 2 classes')).toBeVisible();
});

test('a target that is chosen replaces the proposed one; a file that changed is shown as it is now', async () => {
  const lines = (more: string) =>
    Array.from(
      { length: 40 },
      (_, row) => `${row};1.${100 + row},5;${row % 3 ? 'ja' : '?'}${more}`,
    );
  const path = await choose('preise.csv', ['groesse;preis;balkon', ...lines(''), ''].join('\n'));
  const dialog = page.getByRole('dialog', { name: 'preise.csv' });
  await expect(dialog).toContainText('thousands are separated by "."');
  await expect(dialog).toContainText('Target: balkon');
  await dialog.getByLabel('Role of preis').selectOption('target');
  await expect(dialog).toContainText('Target: preis');
  await expect(dialog.getByLabel('Role of balkon')).toHaveValue('one-hot');
  await expect(dialog.getByLabel('A row’s target')).toHaveValue('number');
  await dialog.getByLabel('Role of groesse').selectOption('target');
  await expect(dialog).toContainText('Target: groesse, preis');
  await expect(dialog.getByLabel('A row’s target')).toHaveValue('number');
  await dialog.getByLabel('Role of groesse').selectOption('number');
  // A word is named as missing, and the row left out.
  await dialog.getByLabel('Also missing').fill('?');
  await dialog.getByLabel('Also missing').press('Tab');
  await expect(column('balkon')).toContainText('14 missing');
  await dialog.getByLabel('Missing cells of balkon').selectOption('drop');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await expect(view().getByText('26 rows of 2, 1 number to predict')).toBeVisible();

  writeFileSync(path, ['groesse;preis;balkon;ort', ...lines(';x'), ''].join('\n'));
  await view().getByRole('button', { name: 'Columns and format…' }).click();
  await expect(dialog.getByLabel('Role of ort')).toBeVisible();
  await expect(dialog.getByLabel('Role of preis')).toHaveValue('target');
  await expect(dialog.getByLabel('Missing cells of balkon')).toHaveValue('drop');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await expect(view().getByText('26 rows of 3, 1 number to predict')).toBeVisible();
});
