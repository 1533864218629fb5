import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { _electron, chromium, expect, test } from '@playwright/test';
import { electronArguments } from '../../build/electronArguments.mjs';
import { root } from '../e2e/launchApp';

const PORT = 9_379;
let app: ChildProcess | null = null;
let userData = '';

test.beforeAll(() => {
  userData = mkdtempSync(join(tmpdir(), 'twintrain-appimage-'));
});
test.afterAll(async () => {
  if (app?.pid !== undefined) {
    const isGone = once(app, 'exit');
    process.kill(-app.pid, 'SIGKILL');
    await isGone;
  }
  rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

test('what cannot be made here is named with the reason, the rest is made', () => {
  test.setTimeout(600_000);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['build/package.mjs', 'nsis', 'dmg', 'zip', 'AppImage'],
    { cwd: root, encoding: 'utf8' },
  );
  expect(status).toBe(1);
  for (const [name, system] of [
    ['nsis', 'Windows'],
    ['dmg', 'macOS'],
    ['zip', 'macOS'],
  ]) {
    expect(stdout).toMatch(new RegExp(`^not made: ${name}: it holds ${system}'s Electron.*`, 'm'));
  }
  expect(stdout).toMatch(/^ *\d+\.\d MiB {2}release\/Twintrain-.*\.AppImage$/m);
  expect(stderr).toMatch(/4 of 4: AppImage[^]*building AppImage[^]*AppImage made in \d+ s/);
});

test('the flavour for tests is separate, is never an installer, and lets Playwright in', async () => {
  test.setTimeout(300_000);
  const make = (...words: string[]) =>
    spawnSync(process.execPath, ['build/package.mjs', '--e2e', ...words], {
      cwd: root,
      encoding: 'utf8',
    });
  const refused = make('deb');
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('never shipped')]);
  expect(make().stdout).toMatch(/dist\/e2e\/linux-unpacked$/m);
  const opened = await _electron.launch({
    executablePath: join(root, 'dist/e2e/linux-unpacked/twintrain'),
    args: [...electronArguments(), `--user-data-dir=${join(userData, 'e2e')}`],
  });
  try {
    const page = await opened.firstWindow();
    expect(await opened.evaluate(({ app: own }) => own.isPackaged)).toBe(true);
    // What a checkout cannot show: a card to choose, and a run refused for lack of a runtime.
    await page.getByLabel('Start from a template').selectOption('Article');
    await page.getByRole('button', { name: 'Device: CPU' }).click();
    const dialog = page.getByRole('dialog', { name: 'What training runs on' });
    await dialog.getByLabel(/NVIDIA card/).check();
    await page.screenshot({ path: 'test-results/device.png' });
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(page.getByRole('button', { name: 'Device: GPU' })).toBeVisible();
    await expect(page.getByText('TensorFlow for the card is not installed yet.')).toBeVisible();
    const view = page.locator('.content:not([hidden])');
    await view.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(view.getByRole('alert')).toContainText(
      'TensorFlow for the NVIDIA card is not installed',
    );
  } finally {
    await opened.evaluate(({ app: own }) => own.exit(0)).catch(() => {});
  }
});

test('checklist 19: the fuses of the release are set', async () => {
  const wire = await getCurrentFuseWire(join(root, 'release/linux-unpacked/twintrain'));
  // The wire holds characters: '1' is on, '0' off.
  const [ENABLE, DISABLE] = ['1', '0'].map((sign) => sign.charCodeAt(0));
  expect(wire).toMatchObject({
    [FuseV1Options.RunAsNode]: DISABLE,
    [FuseV1Options.EnableCookieEncryption]: ENABLE,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: DISABLE,
    [FuseV1Options.EnableNodeCliInspectArguments]: DISABLE,
    [FuseV1Options.OnlyLoadAppFromAsar]: ENABLE,
  });
});

test('what starts as a process or thread of its own is outside the archive', () => {
  const folder = join(root, 'release/linux-unpacked/resources/app.asar.unpacked/electron');
  const parts = ['orders.cjs', 'trainer.cjs', 'verify.mjs', 'worker.cjs'];
  expect(parts.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
});

test('the AppImage starts', async () => {
  const file = readdirSync(join(root, 'release')).find((name) => name.endsWith('.AppImage')) ?? '';
  app = spawn(
    join(root, 'release', file),
    [...electronArguments(), `--remote-debugging-port=${PORT}`, `--user-data-dir=${userData}`],
    {
      // Containers have no FUSE to mount it with.
      env: { ...process.env, APPIMAGE_EXTRACT_AND_RUN: '1', TMPDIR: userData },
      stdio: 'ignore',
      detached: true,
    },
  );
  await expect(async () => {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${PORT}`, { noDefaults: true });
    const [page] = browser.contexts()[0]?.pages() ?? [];
    if (page === undefined) throw new Error('it has no window yet');
    await expect(page.getByText('TensorFlow is not installed yet.')).toBeVisible();
    await browser.close();
  }).toPass({ timeout: 90_000 });
});
