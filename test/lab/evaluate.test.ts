import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEpochs, readManifest } from '../../electron/runs/readRun';
import { evaluationSchema, type Evaluation } from '../../shared/evaluation/evaluation';
import { distFolder, lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';

const dense = (units: number, activation: string) => ({
  style: 'sequential',
  inputShape: [4],
  layers: [
    { id: 'hidden', kind: 'dense', units: 8, activation: 'tanh' },
    { id: 'output', kind: 'dense', units, activation },
  ],
});

/** Trains a project. @returns the folder of its run */
async function trained(folder: string, own: Parameters<typeof projectFile>[1]): Promise<string> {
  const out = join(folder, 'runs');
  const { code, stderr } = await lab(['run', projectFile(folder, own), '--out', out]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return join(out, 'own/sequential');
}

async function evaluation(...args: readonly string[]): Promise<Evaluation> {
  const { code, stdout, stderr } = await lab(['evaluate', ...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return evaluationSchema.parse(JSON.parse(stdout));
}

/** Iris with numbers and two labels for each row. */
function irisWith(folder: string): string {
  const path = join(folder, 'iris.csv');
  const [header = '', ...lines] = readFileSync(join(distFolder, 'datasets/iris.csv'), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line, row) => {
    const [length = '', width = ''] = line.split(',');
    const price = 1_000 + 50 * Number(length) - 20 * Number(width) + (row % 7);
    return `${line},${price},${Number(line.endsWith('virginica'))},${Number(Number(width) > 3)}`;
  });
  writeFileSync(path, [`${header},price,late,wide`, ...rows, ''].join('\n'));
  return path;
}

function irisSource(folder: string, targets: readonly string[], standardiseTarget = false) {
  const path = irisWith(folder);
  const [header = ''] = readFileSync(path, 'utf8').split('\n');
  const columns = header.split(',').map((name, at) => ({
    name,
    role: targets.includes(name) ? 'target' : at < 4 ? 'number' : 'left-out',
  }));
  const more = standardiseTarget ? { standardiseTarget } : {};
  return { kind: 'table', path, format: { type: 'csv' }, columns, target: 'number', ...more };
}

test('held-out rows are evaluated: the recorded accuracy, a row for each mistake, by its number in the data', async () => {
  const folder = tempFolder();
  const run = await trained(folder, {
    architectures: [dense(3, 'softmax')],
    training: {
      epochs: 8,
      validationSplit: 0.3,
      validationFrom: 'stratified',
      metrics: ['accuracy'],
    },
  });
  const { data, weights, result } = await evaluation(run);
  expect([data, weights]).toEqual([
    { sha256: readManifest(run).data.sha256, rows: 45, which: 'held-out' },
    'final',
  ]);
  if (result.target !== 'class') throw new Error('Iris has classes');
  const recorded = readEpochs(run).at(-1)?.validation?.['accuracy'];
  expect(result.report.accuracy).toBeCloseTo(Number(recorded), 6);
  expect(result.confusion.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([15, 15, 15]);
  expect(result.wrong).toHaveLength(Math.round(45 * (1 - result.report.accuracy)));
  expect(result.wrong.length).toBeGreaterThan(0);
  for (const { row, label, predicted, outputs } of result.wrong) {
    // Iris is sorted by class, fifty rows each.
    expect([row, label]).toEqual([row, Math.floor(row / 50)]);
    expect(outputs[predicted]).toBe(Math.max(...outputs));
  }
  expect(result.calibration?.bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(45);

  const initial = await evaluation(run, '--weights', 'initial');
  expect(initial.weights).toBe('initial');
  expect(initial.result).not.toEqual(result);
  const text = (await lab(['evaluate', run])).stdout;
  expect(text).toContain('On 45 held-out rows; final weights.');
  expect(text).toContain(`Accuracy ${result.report.accuracy.toFixed(4)}`);
});

test('numbers are evaluated in their own unit, and labels one by one', async () => {
  const folder = tempFolder();
  const numbers = await trained(folder, {
    architectures: [dense(1, 'linear')],
    data: irisSource(folder, ['price'], true),
    training: {
      epochs: 5,
      validationSplit: 0.2,
      loss: 'meanSquaredError',
      metrics: ['meanAbsoluteError'],
    },
  });
  const { result } = await evaluation(numbers);
  if (result.target !== 'number') throw new Error('It has a number');
  const [price] = result.numbers;
  expect(price?.name).toBe('price');
  const [scale] = readManifest(numbers).data.targetScale ?? [];
  const recorded = readEpochs(numbers).at(-1)?.validation?.['meanAbsoluteError'];
  const inUnit = Number(recorded) * (scale?.deviation ?? NaN);
  expect((price?.residuals.meanAbsoluteError ?? NaN) / inUnit).toBeCloseTo(1, 5);
  expect(price?.farthest[0]?.truth).toBeGreaterThan(1_000);

  const other = tempFolder();
  const labels = await trained(other, {
    architectures: [dense(2, 'sigmoid')],
    data: irisSource(other, ['late', 'wide']),
    training: { epochs: 5, loss: 'binaryCrossentropy', metrics: ['binaryAccuracy'] },
  });
  const both = await evaluation(labels);
  expect(both.data).toMatchObject({ rows: 150, which: 'all' });
  if (both.result.target !== 'labels') throw new Error('It has labels');
  expect(both.result.labels.map(({ name, scores }) => [name, scores.support])).toEqual([
    ['late', 50],
    ['wide', expect.any(Number)],
  ]);
  expect((await lab(['evaluate', labels])).stdout).toContain('which it was trained on');
});

test('a network whose weights are no numbers is refused, and so are data that changed', async () => {
  const folder = tempFolder();
  const source = irisSource(folder, ['price']);
  const run = await trained(folder, {
    architectures: [dense(1, 'linear')],
    data: source,
    training: {
      epochs: 4,
      loss: 'meanSquaredError',
      optimiser: { kind: 'sgd', learningRate: 1_000 },
    },
  });
  const diverged = await lab(['evaluate', run]);
  expect([diverged.code, diverged.stdout]).toEqual([2, '']);
  expect(diverged.stderr).toMatch(/outputs NaN for row 0 .*\n.*lower learning rate/);
  writeFileSync(source.path, readFileSync(source.path, 'utf8').replace('5.1', '5.2'));
  const changed = await lab(['evaluate', run, '--weights', 'initial']);
  expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining('has changed')]);
  expect((await lab(['evaluate', folder])).code).toBe(2);
  const best = await lab(['evaluate', run, '--weights', 'best']);
  expect([best.code, best.stderr]).toEqual([
    2,
    expect.stringContaining('no weights of a best epoch'),
  ]);
  const other = await lab(['evaluate', run, '--weights', 'other']);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('initial, best, final')]);
});
