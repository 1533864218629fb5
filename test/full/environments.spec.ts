import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp, root } from '../e2e/launchApp';

test('nothing is installed without asking; what was is listed, chosen and removed in the window', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'twintrain-e2e-cache-'));
  // Leaves uv there: Chromium may know fewer certificates of this machine than Node does.
  for (const action of ['install', 'remove']) {
    execFileSync(
      process.execPath,
      [join(root, 'dist/electron/lab.cjs'), 'environments', action, 'keras-jax'],
      { env: { ...process.env, TWINTRAIN_CACHE: cache }, stdio: 'ignore' },
    );
  }
  const before = readdirSync(cache);
  const opened = await launchApp([], undefined, { TWINTRAIN_CACHE: cache });
  const { page } = opened;
  await page.getByRole('button', { name: /^MLP/ }).click();
  await page.keyboard.press('Control+2');
  const view = page.locator('.content:not([hidden])');
  await view.getByRole('combobox', { name: 'Data' }).selectOption('iris');
  await view.getByRole('button', { name: 'Set input and output to fit' }).click();
  await view.getByLabel('Epochs').fill('3');
  await view.getByLabel('Engine').selectOption('keras-jax');
  await expect(view).toContainText('Installs Keras 3.15 with JAX');
  const run = view.getByRole('button', { name: 'Run', exact: true });
  const question = page.getByRole('dialog', { name: 'Install first?' });
  await run.click();
  await expect(question).toContainText('Keras 3.15 with JAX');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await expect(run).toBeEnabled();
  expect(readdirSync(cache)).toEqual(before);

  // An installation takes seconds where the network is fast, so what is shown meanwhile is noted.
  await page.evaluate(() => {
    const shown = new Set<string>();
    Object.assign(window, { shown });
    new MutationObserver(() => {
      const line = document.querySelector('dialog[open] .progress [role=status]');
      if (line?.textContent) shown.add(line.textContent);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await run.click();
  await question.getByRole('button', { name: 'Install and run' }).click();
  await expect(view.locator('.verdict')).toContainText('equal bit for bit', { timeout: 120_000 });
  await expect(view.locator('aside')).toContainText('3.15.1');
  const shown = await page.evaluate(() => [...(window as unknown as { shown: Set<string> }).shown]);
  expect(shown).toContainEqual(expect.stringMatching(/^Installing Keras on JAX: fetching/));

  await page.getByRole('button', { name: 'Keras', exact: true }).click();
  const jax = page.locator('[data-environment="keras-jax"]');
  await expect(jax).toContainText(/Installed, \d{3} MB/);
  await expect(page.locator('[data-environment="keras-torch"]')).toContainText('Not installed');
  await expect(jax.getByRole('textbox')).toBeEnabled();
  await page.screenshot({ path: 'test-results/environments.png' });
  await jax.getByRole('textbox').fill('3.14.1');
  await jax.getByRole('textbox').press('Enter');
  await expect(jax.getByLabel('Another release of Keras')).toBeChecked();
  await expect(jax).toContainText('Not installed');
  await jax.getByRole('button', { name: 'Install', exact: true }).click();
  await expect(jax).toContainText('Installed,', { timeout: 120_000 });
  await jax.getByRole('button', { name: 'Remove' }).click();
  await expect(jax).toContainText('Not installed');
  expect(readdirSync(cache).filter((name) => name.startsWith('keras-'))).toEqual([]);
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
  rmSync(cache, { recursive: true });
});
