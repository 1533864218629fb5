import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { launchApp } from './launchApp';

test('About names the version, where runs are kept, and the licence of every part', async () => {
  const opened = await launchApp();
  const { page } = opened;
  await page.getByRole('navigation').getByRole('button', { name: 'About' }).click();
  const dialog = page.getByRole('dialog', { name: /^Twintrain \d/ });
  await expect(dialog).toContainText(/Electron \d+.*Chromium \d+.*Node \d+/);
  for (const name of ['Twintrain', 'Electron', 'TensorFlow', 'svelte', 'zod']) {
    const part = dialog.locator('summary').filter({ hasText: new RegExp(`^${name} \\d`) });
    await part.first().click();
    await expect(dialog.locator('details[open] pre').first()).toContainText(/licen[cs]e/i);
    await part.first().click();
  }
  await page.screenshot({ path: 'test-results/about.png' });
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
});

test('the device in use is shown in every view; a checkout has only the CPU', async () => {
  const opened = await launchApp();
  const { page } = opened;
  for (const place of ['Run', 'Article', 'Bundles', 'Build']) {
    await page.getByRole('navigation').getByRole('button', { name: place, exact: true }).click();
    await expect(page.getByRole('button', { name: 'Device: CPU' })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Device: CPU' }).click();
  const dialog = page.getByRole('dialog', { name: 'What training runs on' });
  await expect(dialog).toContainText('Started from source, Twintrain uses the processor only');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  await opened.close();
});
