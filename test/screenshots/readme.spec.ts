import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { lab } from '../helpers/lab';
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
  await view(page).getByRole('checkbox', { name: 'Accuracy', exact: true }).check();
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

test('Runs, and two of them compared', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-readme-'));
  const runs = join(folder, 'data/runs');
  const layers = [
    { id: 'first', kind: 'conv2d', filters: 32, kernelSize: [3, 3], padding: 'same' },
    { id: 'second', kind: 'conv2d', filters: 32, kernelSize: [3, 3], activation: 'relu' },
    { id: 'flat', kind: 'flatten' },
    { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
  ];
  for (const [name, threads, seed] of [
    ['monday', 1, '1'],
    ['tuesday', 2, '1'],
    ['wednesday', 1, '2'],
    ['thursday', 1, '3'],
  ] as const) {
    const project = {
      twintrain: 'project',
      version: 1,
      name,
      architectures: [{ style: 'sequential', inputShape: [8, 8, 1], layers }],
      training: { epochs: 10, batchSize: 128, validationSplit: 0.2, metrics: ['accuracy'] },
      environment: { threads },
      engine: 'eager',
      randomness: { regime: 'controlled', seed },
      data: { kind: 'builtin', name: 'digits' },
    };
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(project));
    const { code, stderr } = await lab(['run', file, '--out', join(runs, name)]);
    if (code !== 0) throw new Error(stderr);
  }
  const { page, close } = await launchApp([], join(folder, 'data'));
  await page.emulateMedia({ colorScheme: 'light' });
  const rows = page.getByRole('grid', { name: 'Runs' }).getByRole('rowgroup').getByRole('row');
  await page.keyboard.press('Control+4');
  await view(page).getByLabel('Group by').selectOption('settings');
  await expect(rows).toHaveCount(6);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.screenshot({
    path: picture('runs'),
    clip: { x: 0, y: 0, width: 1280, height: 420 },
  });
  await view(page).getByLabel('Group by').selectOption('none');
  await page.getByLabel('Search runs').fill('seed:1');
  await expect(rows).toHaveCount(2);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar').getByRole('button', { name: 'Compare' }).click();
  await view(page).getByRole('button', { name: 'Swap' }).click();
  await view(page).getByRole('button', { name: 'Find the first operation' }).click();
  await expect(page.getByLabel('The first operation')).toBeVisible({ timeout: 60_000 });
  await view(page).getByRole('button', { name: 'Find repeats of A' }).click();
  await expect(
    page.getByText(/within the noise|of the steps the two differ/).first(),
  ).toBeVisible();
  await view(page).getByRole('status', { name: 'Verdict' }).scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  await page.screenshot({ path: picture('compare') });
  await close();
});
