import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp, root } from '../e2e/launchApp';
import { view } from '../e2e/training';

const picture = (name: string) => join(root, 'docs', `${name}.png`);

test('the four pictures of README', async () => {
  const { app, page, close } = await launchApp();
  await page.emulateMedia({ colorScheme: 'light' });
  const place = (name: string) =>
    page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name, exact: true });
  const button = (name: string) => view(page).getByRole('button', { name, exact: true });

  await page.getByLabel('Start from a template').selectOption('Residual block');
  await page.getByRole('button', { name: 'Lay out' }).click();
  const [layer] = await page.locator('.svelte-flow__node').all();
  await layer?.click();
  await page.waitForTimeout(500);
  await page.screenshot({ path: picture('builder') });

  await page.getByLabel('Start from a template').selectOption('Article');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await place('Run').click();
  await view(page).getByLabel('Accuracy').check();
  await view(page).getByLabel('Validation').first().fill('20');
  await view(page).getByLabel('Rows for validation').selectOption('stratified');
  await button('Run').click();
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 120_000 });
  await page.screenshot({ path: picture('run') });

  const bundle = join(mkdtempSync(join(tmpdir(), 'twintrain-readme-')), 'article.twintrain.zip');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, bundle);
  await button('Export bundle…').click();
  const dialog = page.getByRole('dialog', { name: 'Export a bundle' });
  await dialog.getByRole('button', { name: 'Export…' }).click();
  await expect(dialog.getByText('Written to')).toBeVisible({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await place('Bundles').click();
  await button('Open bundle…').click();
  await button('Replay').click();
  await expect(view(page).locator('[data-phase=finished]')).toBeVisible({ timeout: 120_000 });
  await page.screenshot({ path: picture('bundle') });

  await place('Article').click();
  await page.getByRole('button', { name: 'TensorFlow.js and all Keras backends' }).click();
  await page.locator('form').getByRole('button', { name: 'Run', exact: true }).click();
  // Where an environment is missing, it is asked for first.
  const install = page.getByRole('button', { name: 'Install and run' });
  const phase = page.locator('[data-phase=running]');
  await expect(install.or(phase)).toBeVisible();
  if (await install.isVisible()) await install.click();
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 900_000 });
  await page.locator('[data-engine="keras-torch"][data-of="3"]').getByRole('button').click();
  await page.waitForTimeout(500);
  await page.screenshot({ path: picture('window') });
  await close();
});
