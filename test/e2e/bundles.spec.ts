import AxeBuilder from '@axe-core/playwright';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { changed, repacked, unpacked } from '../helpers/packed';
import { startKeychain } from './keychain';
import { drop } from './drop';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
let page: Page;

const places = () => page.getByRole('navigation', { name: 'Places' });
const view = () => page.locator('.content:not([hidden])');
const button = (name: string) => view().getByRole('button', { name, exact: true });
const progress = () => view().locator('.progress [role=status]').first();

async function start(
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  opened = await launchApp(words, undefined, env);
  page = opened.page;
  await places().waitFor();
}
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
});

async function answerDialogs(path: string): Promise<void> {
  await opened.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, path);
}

/** Trains the article's network in both styles and exports them. */
async function exportPair(path: string, isSigned: boolean): Promise<void> {
  await page.getByLabel('Start from a template').selectOption('Article');
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await answerDialogs(path);
  await button('Export bundle…').click();
  const dialog = page.getByRole('dialog', { name: 'Export a bundle' });
  if (isSigned) await dialog.getByLabel('Signed').check();
  await dialog.getByRole('button', { name: 'Export…' }).click();
  await expect(dialog.getByText('Written to')).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: 'test-results/export.png' });
  await dialog.getByRole('button', { name: 'Close' }).click();
}

test('what was trained is exported, verified by a stranger, opened, and replayed bit for bit', async () => {
  const keychain = await startKeychain();
  await start(['--password-store=gnome-libsecret'], keychain.env);
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-bundles-'));
  const path = join(folder, 'pair.zip');
  await exportPair(path, true);

  spawnSync('python3', ['-m', 'zipfile', '-e', path, join(folder, 'pair')]);
  for (const [command, verifier] of [
    ['python3', 'verify.py'],
    [process.execPath, 'verify.mjs'],
  ] as const) {
    const { status, stdout } = spawnSync(command, [verifier, path], {
      cwd: join(folder, 'pair'),
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('signed with the key')]);
  }

  await page.keyboard.press('Control+6');
  await expect(view().getByText('Open a bundle, or drop one here.')).toBeVisible();
  await button('Open bundle…').click();
  await expect(view().getByText('No findings')).toBeVisible({ timeout: 60_000 });
  await expect(view().getByText('Signed, and the signature is valid')).toBeVisible();
  await button('Replay').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 120_000 });
  await expect(view().locator('.verdict')).toContainText('exact');
  await expect(view().getByRole('row', { name: /^sequential/ })).toContainText(
    'Every recorded bit is the same here.',
  );
  await expect(view().getByRole('img', { name: /recorded and replayed/ })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/bundle-${colorScheme}.png` });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
  // The key is stored encrypted; only the keychain's owner can read it.
  const stored = readFileSync(join(opened.userData, 'signing-key.json'), 'utf8');
  const { encrypted } = JSON.parse(stored) as { encrypted: string };
  expect(Buffer.from(encrypted, 'base64').toString('latin1')).not.toContain('PRIVATE KEY');
  keychain.close();
});

test('a bundle that was changed is dropped, and every finding is named; nothing of it is shown', async () => {
  await start();
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-bundles-'));
  const path = join(folder, 'pair.zip');
  await exportPair(path, false);
  const tampered = join(folder, 'tampered.zip');
  const files = unpacked(readFileSync(path));
  writeFileSync(
    tampered,
    repacked(changed(files, 'runs/sequential/losses.f32', (text) => `\0${text.slice(1)}`)),
  );
  await drop(page, [tampered]);
  await expect(places().getByRole('button', { name: 'Bundles' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  const finding = view().getByRole('row', { name: /^file-hash/ });
  await expect(finding).toContainText('runs/sequential/losses.f32', { timeout: 60_000 });
  await expect(view().getByRole('row', { name: /^csv-differs/ })).toBeVisible();
  await expect(view().getByText('What it records is not shown.')).toBeVisible();
  await expect(button('Replay')).toHaveCount(0);
  await page.screenshot({ path: 'test-results/findings.png' });

  const none = join(folder, 'none.zip');
  writeFileSync(none, 'PK');
  await answerDialogs(none);
  await button('Open bundle…').click();
  await expect(view().getByRole('alert')).toContainText('is not a Twintrain bundle');

  await drop(page, [path]);
  await expect(view().getByText('✓ No findings')).toBeVisible({ timeout: 60_000 });
  await expect(view().getByText('Not signed')).toBeVisible();
});

test('a double click on a bundle opens it; the whole article is in it', async () => {
  await start();
  const path = join(mkdtempSync(join(tmpdir(), 'twintrain-bundles-')), 'article.zip');
  await page.keyboard.press('Control+3');
  await view().getByLabel('Epochs').fill('1');
  await button('Run').click();
  await expect(progress()).toHaveText('Finished.', { timeout: 180_000 });
  await answerDialogs(path);
  await button('Export bundle…').click();
  const dialog = page.getByRole('dialog', { name: 'Export a bundle' });
  await expect(dialog.getByLabel('Runs').locator('option').first()).toHaveText(
    'The whole experiment',
  );
  await dialog.getByRole('button', { name: 'Export…' }).click();
  await expect(dialog.getByText('Written to')).toBeVisible({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect(existsSync(path)).toBe(true);
  await opened.close();

  await start([path]);
  await expect(view().getByText('✓ No findings')).toBeVisible({ timeout: 60_000 });
  await expect(view().getByRole('row')).toHaveCount(1 + 24);
});
