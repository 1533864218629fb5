import { expect, test, type Page } from '@playwright/test';
import { launchApp, type OpenedApp } from './launchApp';
import { chooseEngines } from './training';

let opened: OpenedApp;
test.beforeEach(async () => {
  opened = await launchApp();
});
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
});

const cell = (page: Page, protocol: number, name: string) =>
  page.locator(`[data-protocol="${protocol}"] [data-cell="${name}"]`);

test('the article on real Keras: live losses, verdicts and the engine that ran', async () => {
  const { page } = opened;
  await page.getByRole('button', { name: 'Article', exact: true }).click();
  const form = page.locator('form');
  await form.getByLabel('Epochs').fill('2');
  await chooseEngines(page, 'Keras on JAX');
  for (const name of ['1 global', '3 explicit', '4 explicit']) {
    await form.getByLabel(name).uncheck();
  }
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 240_000 });
  await expect(cell(page, 2, 'verdict')).toContainText('different');
  await expect(cell(page, 2, 'control-subclass')).toContainText('different');
  await expect(cell(page, 2, 'cause')).toContainText('order in shared random state');
  await expect(cell(page, 2, 'difference')).toContainText('stream numpy/shuffle');
  await expect(page.locator('aside')).toContainText('keras-jax');
  await page.screenshot({ path: 'test-results/keras.png' });
});

test('a user’s own project on real Keras, in both styles', async () => {
  const { page } = opened;
  await page.getByRole('button', { name: /^MLP/ }).click();
  await page.keyboard.press('Control+2');
  const view = page.locator('.content:not([hidden])');
  await view.getByRole('combobox', { name: 'Data' }).selectOption('iris');
  await view.getByRole('button', { name: 'Set input and output to fit' }).click();
  await view.getByLabel('Epochs').fill('3');
  await view.getByLabel('Engine').selectOption('keras-jax');
  await view.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(view.locator('.verdict')).toContainText('equal bit for bit', { timeout: 120_000 });
  await expect(view.locator('aside')).toContainText('3.15.1');
});

test('engines side by side: a table of protocols by engine, and the evidence of the chosen one', async () => {
  const { page } = opened;
  await page.getByRole('button', { name: 'Article', exact: true }).click();
  const form = page.locator('form');
  await form.getByLabel('Epochs').fill('2');
  await chooseEngines(page, 'TensorFlow.js, XLA or graph', 'Keras on JAX');
  for (const name of ['1 global', '4 explicit']) await form.getByLabel(name).uncheck();
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 240_000 });
  const verdict = (engine: string, protocol: number) =>
    page.locator(`[data-engine="${engine}"][data-of="${protocol}"]`);
  for (const engine of ['auto', 'keras-jax']) {
    await expect(verdict(engine, 2)).toContainText('different');
    await expect(verdict(engine, 3)).toContainText('exact');
  }
  await verdict('auto', 2).getByRole('button').click();
  await expect(page.getByRole('heading', { name: 'TensorFlow.js, protocol 2' })).toBeVisible();
  await expect(cell(page, 2, 'difference')).toContainText('stream global/shuffle');
  await verdict('keras-jax', 2).getByRole('button').click();
  await expect(page.getByRole('heading', { name: 'Keras on JAX, protocol 2' })).toBeVisible();
  await expect(cell(page, 2, 'difference')).toContainText('stream numpy/shuffle');
  // The chart rests between two drawings.
  await page.waitForTimeout(500);
  await page.screenshot({ path: 'test-results/engines.png' });
});
