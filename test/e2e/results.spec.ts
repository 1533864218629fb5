import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { lab } from '../helpers/lab';
import type { Evaluation } from '../../shared/evaluation/evaluation';
import { launchApp, type OpenedApp } from './launchApp';
import { view } from './training';

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

const results = () => view(page).getByRole('region', { name: 'Results' });
const cell = (row: string, at = 0) =>
  results().getByRole('row', { name: row }).getByRole('cell').nth(at);

/** Trains both styles of the article's network on Iris. @returns the folders of the runs */
async function train(): Promise<readonly string[]> {
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.getByRole('navigation').getByRole('button', { name: 'Run', exact: true }).click();
  await view(page).getByLabel('Engine').selectOption('graph');
  await view(page).getByLabel('Epochs').fill('3');
  await view(page).getByRole('button', { name: 'Run', exact: true }).click();
  const progress = view(page).locator('.progress [role=status]').first();
  await expect(progress).toHaveText('Finished.', { timeout: 120_000 });
  await expect(view(page).locator('.folder code')).toHaveCount(2);
  return view(page).locator('.folder code').allTextContents();
}

test('after training both styles are evaluated side by side, as lab evaluates them, and in Runs', async () => {
  const [folder = ''] = await train();
  await results().getByRole('button', { name: 'Evaluate' }).click();
  await expect(cell('Accuracy')).toBeVisible();
  await expect(results().getByRole('button', { name: 'Evaluate' })).toBeHidden();
  const { code, stdout, stderr } = await lab(['evaluate', folder, '--json'], {
    env: { ...process.env, TWINTRAIN_DATA_CACHE: `${opened.userData}/data` },
  });
  expect([code, stderr]).toEqual([0, '']);
  const { data, result } = JSON.parse(stdout) as Evaluation;
  if (result.target !== 'class') throw new Error('Iris has classes');
  await expect(results()).toContainText(`On ${data.rows} rows that were held out`);
  for (const at of [0, 1]) {
    await expect(cell('Accuracy', at)).toHaveText(result.report.accuracy.toFixed(4));
  }
  const matrix = results().getByRole('table', { name: /^Confusion/ });
  await expect(matrix).toHaveCount(2);
  await expect(matrix.first().getByRole('cell')).toHaveText([
    /^$/,
    ...result.confusion.flat().map(String),
  ]);
  await expect(results().getByRole('img')).toHaveCount(3);
  await page.screenshot({ path: 'test-results/results.png' });

  // Other weights have other results, and those that were found stay.
  await results().getByLabel('Weights').selectOption('initial');
  await results().getByRole('button', { name: 'Evaluate' }).click();
  await expect(cell('Accuracy')).toBeVisible();
  await results().getByLabel('Weights').selectOption('final');
  await expect(cell('Accuracy')).toHaveText(result.report.accuracy.toFixed(4));

  await page.getByRole('navigation').getByRole('button', { name: 'Runs', exact: true }).click();
  const grid = page.getByRole('grid', { name: 'Runs' });
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await expect(cell('Accuracy')).toHaveText(result.report.accuracy.toFixed(4));
  await page.screenshot({ path: 'test-results/results-runs.png' });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`results have no accessibility violations, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    await train();
    await results().getByRole('button', { name: 'Evaluate' }).focus();
    await page.keyboard.press('Enter');
    await expect(cell('Accuracy')).toBeVisible();
    await results().scrollIntoViewIfNeeded();
    await page.screenshot({ path: `test-results/results-${colorScheme}.png` });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ).toEqual([]);
  });
}
