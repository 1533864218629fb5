import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { npyBytes } from '../../../electron/data/npyBytes';
import { readRun } from '../../../electron/runs/readRun';
import { Control } from '../../../electron/engines/tfjs/control';
import {
  fittingBatch,
  machineMemory,
  type Memory,
} from '../../../electron/engines/tfjs/outOfMemory';
import { runScript } from '../../../electron/engines/tfjs/session';
import type { SequentialArchitecture } from '../../../shared/architecture/architecture';
import { architectureSchema } from '../../../shared/architecture/architecture';
import { tfjsModes } from '../../../shared/engines/tfjs';
import { quietPorts } from '../../helpers/quietPorts';
import { scriptOf } from '../../helpers/script';
import { tempFolder } from '../../helpers/tempFolder';

const MEBIBYTE = 1024 * 1024;
const SIDE = 64;
const FILTERS = 1_024;
/** One activation of all rows is larger than the machine, the weights are small. */
const rows = Math.ceil((os.totalmem() * 1.25) / (SIDE * SIDE * FILTERS * 4));

const architecture = architectureSchema.parse({
  style: 'sequential',
  inputShape: [SIDE, SIDE, 1],
  layers: [
    { id: 'conv', kind: 'conv2d', filters: FILTERS, kernelSize: [1, 1], activation: 'relu' },
    { id: 'mean', kind: 'globalAveragePooling2d' },
    { id: 'out', kind: 'dense', units: 2, activation: 'softmax' },
  ],
}) as SequentialArchitecture;

function someData() {
  const folder = tempFolder();
  const [path, labels] = ['x.npy', 'y.npy'].map((name) => join(folder, name)) as [string, string];
  writeFileSync(path, npyBytes('<f4', [rows, SIDE * SIDE], new Float32Array(rows * SIDE * SIDE)));
  const classes = Array.from({ length: rows }, (_, row) => row % 2);
  writeFileSync(labels, npyBytes('<i4', [rows], classes));
  return { kind: 'npy', path, labels, standardise: false } as const;
}
/** Trains a single step with batches of this many rows. */
async function trained(mode: (typeof tfjsModes)[number], batchSize: number) {
  const folder = join(tempFolder(), 'run');
  const script = scriptOf(folder, 'sequential', { regime: 'controlled', seed: '0' });
  const control = new Control();
  control.stop(1);
  await runScript(
    {
      ...script,
      engine: { asked: mode, mode },
      models: { a: { runId: 'a', folder, architecture } },
      training: { ...script.training, epochs: 1, batchSize },
      data: someData(),
    },
    'start',
    {
      ...quietPorts(),
      control,
      // Little, so that the tries stay small on a machine that runs other tests too.
      memory: { ...machineMemory, available: () => 256 * MEBIBYTE },
    },
  );
  return readRun(folder).outcome;
}

for (const mode of tfjsModes) {
  test(`${mode}: a batch that is too large is reported with one that fits, which then trains`, async () => {
    const failed = await trained(mode, rows);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'out-of-memory' } });
    expect(failed?.error?.message).toContain(`The memory of the CPU is too small for batches of`);
    expect(failed?.error?.message).toContain(`[${rows},${SIDE},${SIDE},${FILTERS}]`);
    const [, batch] = /A batch of (\d+) fits/.exec(failed?.error?.remedy ?? '') ?? [];
    expect(Number(batch)).toBeGreaterThan(0);
    expect(await trained(mode, Number(batch))).toMatchObject({ status: 'stopped', steps: 1 });
  });
}

test('the batch that is suggested never exceeds what the machine has, and its double would', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 4_096 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 100, max: 100_000 }),
      (batchSize, bytesPerRow, available) => {
        let taken = 0;
        const memory: Memory = {
          growth: (work) => {
            work();
            return taken;
          },
          available: () => available,
        };
        const fitting = fittingBatch(
          batchSize,
          (rows) => {
            if (rows * bytesPerRow > available) throw new Error('OOM when allocating tensor');
            taken = rows * bytesPerRow;
          },
          memory,
        );
        expect(fitting).toBeLessThan(batchSize);
        expect(fitting * bytesPerRow).toBeLessThanOrEqual(available);
        if (fitting === 0) expect(bytesPerRow).toBeGreaterThan(available);
        else if (fitting * 2 < batchSize) {
          expect(fitting * 2 * bytesPerRow).toBeGreaterThan(available * 0.7);
        }
      },
    ),
  );
});

test('an error that is not out of memory is left as it is', () => {
  const fail = () => {
    throw new Error('something else');
  };
  expect(() => fittingBatch(4, fail, machineMemory)).toThrow('something else');
});
