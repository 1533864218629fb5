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
