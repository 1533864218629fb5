import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp } from './launchApp';
import { view } from './training';

test('callbacks are chosen, act alike in both styles, and are shown in the chart', async () => {
  const { page, pageErrors, close } = await launchApp();
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.getByRole('navigation').getByRole('button', { name: 'Run', exact: true }).click();
  const form = view(page);
  const button = (name: string) => form.getByRole('button', { name, exact: true });
  await form.getByLabel('Data').selectOption('iris');
  await form.getByLabel('Epochs').fill('60');
  await form.getByLabel('Engine').selectOption('graph');
  await form.getByLabel('Learning rate', { exact: true }).fill('0.05');
  await form.getByLabel('Rows for validation').selectOption('stratified');
  await form.getByLabel('Stop early').check();
  const early = form.getByRole('group', { name: 'Stop early' });
  await early.getByLabel('Patience').fill('8');
  await early.getByLabel('Watches').selectOption('validation accuracy');
  await form.getByLabel('Reduce the rate on a plateau').check();
  await form
    .getByRole('group', { name: 'Reduce the rate on a plateau' })
    .getByLabel('Patience')
    .fill('3');
  await form.getByLabel('Keep the best weights').check();
  await form.getByLabel('Stop when the loss is not finite').check();

  // What it would watch is no longer measured.
  await form.getByLabel('Validation, percent of the rows').fill('0');
  await expect(form.getByRole('alert').filter({ hasText: 'no rows are held out' })).toBeVisible();
  await expect(button('Run')).toBeDisabled();
  await form.getByLabel('Validation, percent of the rows').fill('20');
  await form.getByLabel('Rows for validation').selectOption('stratified');

  const fits = await button('Set input and output to fit').isVisible();
  if (fits) await button('Set input and output to fit').click();
  await button('Run').click();
  await expect(form.locator('.progress [role=status]').first()).toHaveText('Finished.', {
    timeout: 120_000,
  });
  await expect(form.locator('.verdict')).toContainText('exact');
  await expect(form.getByText(/^Both styles: Early stopping after epoch/)).toBeVisible();
  await expect(form.getByText(/were put back$/).first()).toBeVisible();
  await page.screenshot({ path: 'test-results/callbacks.png' });
  const [folder = ''] = await form.locator('.folder code').allTextContents();
  const lines = readFileSync(join(folder, 'callbacks.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { did: string }).did)).toContain('kept-best');
  expect(pageErrors).toEqual([]);
  await close();
});
