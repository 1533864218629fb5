import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder, makeOnce, sha256OfFile } from '../../build/bootstrap/cache.mjs';
import { tensorflowWheel } from '../../build/bootstrap/pins.mjs';
import { ensureSystemPackages } from '../../build/bootstrap/systemPackages.mjs';
import { ensureTensorflow, tensorflowFolder } from '../../build/bootstrap/tensorflow.mjs';
import { downloadWheel } from '../../build/bootstrap/wheel.mjs';
import { distFolder, lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const root = dirname(distFolder);

test('a machine without a C++ compiler is told what to install', async () => {
  const libraries = tensorflowFolder();
  const cache = tempFolder();
  vi.stubEnv('TWINTRAIN_CACHE', cache);
  vi.stubEnv('PATH', '/nowhere');
  try {
    const own = tensorflowFolder();
    mkdirSync(dirname(dirname(own)), { recursive: true });
    symlinkSync(dirname(libraries), dirname(own));
    await expect(ensureTensorflow(root)).rejects.toThrow(
      /no C\+\+ compiler \(g\+\+\).*What to do: install one/s,
    );
    expect(readdirSync(cache)).toEqual([dirname(own).split('/').at(-1)]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('an ordinary user is told the exact command for what is missing', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'apt-get'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
  vi.stubEnv('PATH', folder);
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  try {
    await expect(ensureSystemPackages()).rejects.toThrow(
      /run: sudo apt-get update && sudo apt-get install -y --no-install-recommends python3 python3-pip g\+\+/,
    );
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
});

test('without the native runtime the lab says how to get it', async () => {
  // The compiled files alone, as if node_modules had been deleted.
  const copy = tempFolder();
  cpSync(join(distFolder, 'electron'), join(copy, 'electron'), { recursive: true });
  cpSync(join(distFolder, 'datasets'), join(copy, 'datasets'), { recursive: true });
  // Whether a mode has to be measured first, or not.
  for (const engine of ['auto', 'graph']) {
    const words = ['--protocols', '4', '--epochs', '1', '--engine', engine];
    const { code, stdout, stderr } = await lab(['article', '--json', ...words], {
      cwd: copy,
      entry: join(copy, 'electron/lab.cjs'),
      env: { ...process.env, TWINTRAIN_DATA_CACHE: join(copy, 'cache') },
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /native library could not be loaded.*What to do: Run "npm run bootstrap"/s,
    );
  }
});

test('a folder of the cache appears whole or not at all', async () => {
  const folder = join(tempFolder(), 'deep/er/made');
  await expect(
    makeOnce(folder, async (work) => {
      writeFileSync(join(work, 'half'), '');
      throw new Error('interrupted');
    }),
  ).rejects.toThrow(/Could not prepare .*made: interrupted.*What to do/s);
  expect(readdirSync(dirname(folder))).toEqual([]);
  let times = 0;
  const fill = async (work: string) => {
    times++;
    writeFileSync(join(work, 'whole'), 'x');
  };
  await makeOnce(folder, fill);
  await makeOnce(folder, fill);
  expect([times, readdirSync(folder)]).toEqual([1, ['whole']]);
  expect(await sha256OfFile(join(folder, 'whole'))).toMatch(/^2d711642b726b04401627ca9fbac32f5/);
});

test('two set-ups at once do not disturb each other', async () => {
  const folder = join(tempFolder(), 'shared');
  const fill = (text: string) => async (work: string) => writeFileSync(join(work, 'file'), text);
  await Promise.all([makeOnce(folder, fill('same')), makeOnce(folder, fill('same'))]);
  expect(readdirSync(folder)).toEqual(['file']);
  expect(readdirSync(dirname(folder))).toEqual(['shared']);
});

test('what a killed set-up left behind is removed by the next', async () => {
  const parent = tempFolder();
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  mkdirSync(join(parent, `made.part-${gone}-abc`));
  mkdirSync(join(parent, `made.part-${process.ppid}-abc`));
  await makeOnce(join(parent, 'made'), async () => {});
  expect(readdirSync(parent).sort()).toEqual(['made', `made.part-${process.ppid}-abc`]);
});

test('a download whose sha256 is not the pinned one is refused', async () => {
  const folder = tempFolder();
  // Stands in for pip: leaves a damaged file where it was asked to.
  const fake = join(folder, 'python3');
  writeFileSync(fake, `#!/bin/sh\necho damaged > ${folder}/${tensorflowWheel.file}\n`, {
    mode: 0o755,
  });
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  try {
    await expect(downloadWheel(tensorflowWheel, folder)).rejects.toThrow(
      /has sha256 .*is pinned.*What to do/s,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a cache under a regular file is refused', async () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  await expect(makeFolder(join(file, 'cache'))).rejects.toThrow('is a file, not a folder');
});

test('a repeated set-up is quick', () => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, ['build/bootstrap/main.mjs'], { cwd: root });
  expect(status).toBe(0);
  // Far above what it takes, far below any download: shows only that nothing was redone.
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('what npm ci empties is put back from the cache without compiling', async () => {
  const copy = tempFolder();
  const place = 'node_modules/@tensorflow/tfjs-node-gpu';
  cpSync(join(root, place, 'binding'), join(copy, place, 'binding'), { recursive: true });
  symlinkSync(
    join(root, 'node_modules/node-api-headers'),
    join(copy, 'node_modules/node-api-headers'),
  );
  vi.stubEnv('PATH', '/nowhere');
  try {
    await ensureTensorflow(copy);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(existsSync(join(copy, place, 'lib/napi-v8/tfjs_binding.node'))).toBe(true);
  rmSync(join(copy, 'node_modules/node-api-headers'));
});
