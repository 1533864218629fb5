import { spawn } from 'node:child_process';
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { distFolder, lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

function project(folder: string): string {
  const file = join(folder, 'project.json');
  writeFileSync(
    file,
    JSON.stringify({
      twintrain: 'project',
      version: 1,
      name: 'long',
      architectures: [articleNetwork(4, [16], 3)],
      training: { epochs: 60, metrics: ['accuracy'] },
      engine: 'eager',
      randomness: { regime: 'controlled', seed: '7' },
      data: { kind: 'builtin', name: 'iris' },
    }),
  );
  return file;
}

/** Ctrl+C as soon as some steps are recorded. @returns the exit code */
async function interrupted(file: string, out: string): Promise<number | null> {
  const child = spawn(process.execPath, [
    `${distFolder}/electron/lab.cjs`,
    'run',
    file,
    '--out',
    out,
  ]);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const losses = join(out, 'long/sequential/losses.f32');
  while (!existsSync(losses) || statSync(losses).size === 0) await setTimeout(10);
  child.kill('SIGINT');
  return ended;
}

test('an interrupted run is taken up again and ends as if it had never stopped', async () => {
  const folder = tempFolder();
  const file = project(folder);
  expect(await interrupted(file, join(folder, 'broken'))).toBe(130);
  const run = join(folder, 'broken/long/sequential');

  const resumed = await lab(['resume', run, '--json']);
  expect(resumed.code).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: 'finished', steps: 300 });

  expect((await lab(['run', file, '--out', join(folder, 'whole')])).code).toBe(0);
  const compared = await lab(['compare', run, join(folder, 'whole/long/sequential')]);
  expect(compared).toMatchObject({ code: 0, stdout: expect.stringContaining('exact') });

  // Resuming what is finished trains nothing and says the same again.
  expect(await lab(['resume', run, '--json'])).toMatchObject({ code: 0, stdout: resumed.stdout });

  // Wherever it lies now, a run of one network carries all that is needed to go on.
  renameSync(run, join(folder, 'moved'));
  expect(await lab(['resume', join(folder, 'moved'), '--json'])).toMatchObject({ code: 0 });
  expect(await lab(['resume', folder])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no run that can be resumed'),
  });
});
