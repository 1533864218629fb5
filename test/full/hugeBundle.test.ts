import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hugeRun } from '../helpers/hugeRun';
import { distFolder } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';
import { trainedPair } from '../helpers/trainedPair';

test('2 GiB are exported and verified in less than 300 MiB of memory', async () => {
  const folder = tempFolder();
  const run = hugeRun(join(await trainedPair(), 'pair/sequential'), folder, 2 ** 31);
  const path = join(folder, 'huge.zip');
  const measured = (...args: string[]) => {
    const { stdout, status } = spawnSync(
      'python3',
      [
        '-c',
        'import resource, subprocess, sys; code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode; print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)',
        ...args,
      ],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    return stdout.trim().split(' ').map(Number);
  };
  const commands = [
    [process.execPath, `${distFolder}/electron/lab.cjs`, 'export', run, '-o', path],
    [process.execPath, `${distFolder}/electron/verify.mjs`, path],
    ['python3', `${distFolder}/electron/verify.py`, path],
  ];
  for (const command of commands) {
    const [code, mebibytes] = measured(...command);
    expect([command[1], code]).toEqual([command[1], 0]);
    expect(mebibytes).toBeLessThan(300);
  }
});
