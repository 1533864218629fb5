import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { npyBytes } from '../../electron/data/npyBytes';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import { predictions, predictRun } from '../../electron/evaluation/predictRun';
import { readManifest } from '../../electron/runs/readRun';
import { uniform } from '../../shared/random/distributions';
import { streamFor } from '../../shared/random/streams';
import { distFolder, lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';

const stream = streamFor('predict', { purpose: 'split' });
const draw = () => uniform(stream, -1, 1);

const network = (inputShape: number[], units: number, activation: string, more: object[] = []) => ({
  style: 'sequential',
  inputShape,
  layers: [...more, { id: 'output', kind: 'dense', units, activation }],
});

async function trained(folder: string, own: Parameters<typeof projectFile>[1]): Promise<string> {
  const out = join(folder, 'runs');
  const { code, stderr } = await lab(['run', projectFile(folder, own), '--out', out]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return join(out, 'own/sequential');
}

/** What the network outputs for all rows of its own data, read as they were to train. */
async function ownOutputs(run: string): Promise<Float32Array> {
  const place = tempFolder();
  await predictRun(run, 'final', 'all', place, {
    spawn: nodeTrainer(join(distFolder, 'electron/trainer.cjs')),
    ready: async () => {},
    datasetsFolder: join(distFolder, 'datasets'),
    signal: new AbortController().signal,
  });
  return predictions(place);
}

interface Told {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly leftOut: readonly number[];
  readonly withoutTargets: string | null;
}

async function predicted(...args: readonly string[]): Promise<Told> {
  const { code, stdout, stderr } = await lab(['predict', ...args, '--json']);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Told;
}

const numbersOf = ({ rows }: Told, from: number) => rows.flatMap((row) => row.slice(from));

test('rows of another table are prepared as those that were trained on: every role, without the target', async () => {
  const folder = tempFolder();
  const path = join(folder, 'all.csv');
  const colours = ['red', 'green', 'blue'];
  const sizes = ['small', 'medium', 'large'];
  const words = ['one fine day', 'day by day', 'fine', 'no rain today'];
  const lines = Array.from({ length: 60 }, (_, row) => [
    row % 9 === 4 ? '' : (draw() * 50).toFixed(3),
    colours[(row * 7) % 3],
    sizes[(row * 5) % 3],
    String(10 + ((row * 11) % 4)),
    words[row % 4],
    String(row),
    row % 2 === 0 ? 'yes' : 'no',
  ]);
  const names = ['length', 'colour', 'size', 'code', 'text', 'id', 'bought'];
  writeFileSync(path, [names, ...lines].map((line) => `${line.join(',')}\n`).join(''));
  const run = await trained(folder, {
    architectures: [network([1 + 3 + 1 + 1 + 4], 2, 'softmax')],
    training: { epochs: 2, validationSplit: 0.25 },
    data: {
      kind: 'table',
      path,
      format: { type: 'csv' },
      columns: [
        { name: 'length', role: 'number', missing: 'mean' },
        { name: 'colour', role: 'one-hot' },
        { name: 'size', role: 'ordinal', order: sizes },
        { name: 'code', role: 'index' },
        { name: 'text', role: 'tokens', length: 4 },
        { name: 'id', role: 'left-out' },
        { name: 'bought', role: 'target' },
      ],
    },
  });
  const own = await ownOutputs(run);
  // Other columns in another order, and no target: what is needed is found by name.
  const order = [4, 0, 3, 2, 1];
  const other = join(folder, 'new.csv');
  const reordered = [names, ...lines].map((line) => [...order.map((at) => line[at]), 'x']);
  writeFileSync(other, reordered.map((line) => `${line.join(',')}\n`).join(''));
  const told = await predicted(run, other);
  expect(told.columns).toEqual(['row', 'predicted', 'p(no)', 'p(yes)']);
  expect(numbersOf(told, 2)).toEqual([...own]);
  for (const [row, [, name, no, yes]] of told.rows.entries()) {
    expect([row, name]).toEqual([row, Number(yes) > Number(no) ? 'yes' : 'no']);
  }

  // With the target it is shown, and evaluated; as CSV the same.
  const out = join(folder, 'out.csv');
  expect((await lab(['predict', run, path, '-o', out])).code).toBe(0);
  const [header, first] = readFileSync(out, 'utf8').split('\n');
  expect(header).toBe('row,true,predicted,p(no),p(yes)');
  expect(first?.split(',').slice(3).map(Number)).toEqual([...own.slice(0, 2)]);
  const { stdout } = await lab(['evaluate', run, '--data', path, '--json']);
  const { data, result } = JSON.parse(stdout) as {
    data: object;
    result: { report: { accuracy: number } };
  };
  const right = lines.filter((line, row) => line[6] === told.rows[row]?.[1]).length;
  expect([data, result.report.accuracy]).toEqual([
    { sha256: readManifest(run).data.sha256, rows: 60, which: 'other' },
    right / 60,
  ]);

  // Of targets that are missing, or that it never saw, nothing is needed.
  for (const own of ['', 'perhaps']) {
    const rows = lines.map((line, row) => (row === 7 ? [...line.slice(0, 6), own] : line));
    writeFileSync(other, [names, ...rows].map((line) => `${line.join(',')}\n`).join(''));
    const { columns, rows: without, withoutTargets } = await predicted(run, other);
    expect([columns, without.map((row) => row.slice(0, 2))]).toEqual([
      told.columns,
      told.rows.map((row) => row.slice(0, 2)),
    ]);
    expect(withoutTargets).toContain(own === '' ? 'line 9' : '"perhaps"');
    expect((await lab(['evaluate', run, '--data', other])).code).toBe(2);
  }
  const labelled = await lab(['predict', run, path, '--labels', 'y.npy']);
  expect([labelled.code, labelled.stderr]).toEqual([2, expect.stringContaining('--labels')]);

  // What the network never saw is refused by name.
  writeFileSync(other, 'text,length,code,size,colour,y\nfine,1,10,small,violet,x\n');
  const refused = await lab(['predict', run, other]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('"violet"')]);
  writeFileSync(other, 'text,length,code,size\nfine,1,10,small\n');
  const lacking = await lab(['predict', run, other]);
  expect([lacking.code, lacking.stderr]).toEqual([2, expect.stringContaining('"colour"')]);
});

test('arrays are scaled and cut as those that were trained on, and numbers come in their own unit', async () => {
  const folder = tempFolder();
  const values = Array.from({ length: 40 * 3 }, () => 5 + draw() * 4);
  const targets = Array.from({ length: 40 }, () => Math.round(1_000 + draw() * 300));
  const [x, y] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(x, npyBytes('<f8', [40, 3], values));
  writeFileSync(y, npyBytes('<f8', [40], targets));
  const run = await trained(folder, {
    architectures: [network([5, 3], 1, 'linear', [{ id: 'flat', kind: 'flatten' }])],
    training: { epochs: 2, loss: 'meanSquaredError', validationSplit: 0.2 },
    data: {
      ...{ kind: 'npy', path: x, labels: y, target: 'number', standardise: true },
      ...{ standardiseTarget: true, windows: { length: 5, ahead: 1 } },
    },
  });
  const scale = readManifest(run).data.targetScale?.[0] ?? { mean: NaN, deviation: NaN };
  const own = [...(await ownOutputs(run))].map((value) => value * scale.deviation + scale.mean);
  const told = await predicted(run, x);
  expect(told.columns).toEqual(['row', 'target 1']);
  expect(numbersOf(told, 1)).toEqual(own);
  const withTruth = await predicted(run, x, '--labels', y);
  expect(withTruth.columns).toEqual(['row', 'true target 1', 'target 1']);
  // The numbers as they were read, and the rows of the file that the windows predict.
  expect(numbersOf(withTruth, 1).filter((_, at) => at % 2 === 0)).toEqual(targets.slice(5));
  expect(withTruth.rows.map(([row]) => row)).toEqual(targets.slice(5).map((_, at) => at + 5));
  expect((await lab(['evaluate', run, '--data', x])).stderr).toContain('--labels');
});

test('other pictures are resized and scaled as those that were trained on', async () => {
  const folder = tempFolder();
  const pictures = join(folder, 'pictures');
  for (const [at, name] of ['cats', 'dogs'].entries()) {
    mkdirSync(join(pictures, name), { recursive: true });
    for (let index = 0; index < 8; index++) {
      const data = Uint8Array.from({ length: 12 * 10 * 3 }, () => 100 + 60 * at + draw() * 90);
      const png = encode({ width: 12, height: 10, data, channels: 3, depth: 8 });
      writeFileSync(join(pictures, name, `${index}.png`), png);
    }
  }
  const source = { kind: 'images', path: pictures, width: 6, height: 6, channels: 3 };
  const run = await trained(folder, {
    architectures: [network([6, 6, 3], 2, 'softmax', [{ id: 'flat', kind: 'flatten' }])],
    training: { epochs: 2 },
    data: { ...source, standardise: true },
  });
  const own = await ownOutputs(run);
  // In the order of training rows are mixed: found again by what the evaluation says of each.
  const told = await predicted(run, pictures);
  expect(told.columns).toEqual(['file', 'predicted', 'p(cats)', 'p(dogs)']);
  expect(told.rows.map(([file]) => file)).toEqual(
    ['cats', 'dogs'].flatMap((name) => Array.from({ length: 8 }, (_, at) => `${name}/${at}.png`)),
  );
  const sorted = (values: readonly unknown[]) => [...values].map(Number).sort((a, b) => a - b);
  expect(sorted(numbersOf(told, 2))).toEqual(sorted([...own]));
  const [one] = (await predicted(run, join(pictures, 'dogs/3.png'))).rows;
  // A product of one row may round otherwise than one of several.
  const [, name, ...values] = told.rows[11] ?? [];
  const close = values.map((value) => expect.closeTo(Number(value), 6) as number);
  expect(one).toEqual(['3.png', name, ...close]);
});
