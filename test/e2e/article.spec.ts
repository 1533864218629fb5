import { expect, test } from '@playwright/test';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
test.beforeEach(async () => {
  opened = await launchApp();
});
test.afterEach(async () => {
  await opened.close();
});

test('Run trains both styles live and the verdicts appear', async () => {
  const { page, pageErrors } = opened;
  await page.getByLabel('Epochs').fill('40');
  await page.getByRole('button', { name: 'Run' }).click();
  const agreement = page.locator('.agreement');
  const points = async () => Number(await agreement.getAttribute('data-points'));
  await expect(agreement).toBeVisible({ timeout: 60_000 });
  const first = await points();
  await expect.poll(points, { intervals: [20] }).toBeGreaterThan(first);
  await page.waitForTimeout(3000);
  await page.screenshot({ path: 'test-results/running.png' });
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 120_000 });
  await page.screenshot({ path: 'test-results/finished.png' });
  expect(pageErrors).toEqual([]);
});
