import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { chromium, expect, test } from '@playwright/test';
import { electronArguments } from '../../build/electronArguments.mjs';
import { root } from './launchApp';

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
    await expect(page.getByText('TensorFlow is not here yet.')).toBeVisible();
    await browser.close();
  }).toPass({ timeout: 90_000 });
});
