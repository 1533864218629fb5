import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { npyBytes } from '../../electron/data/npyBytes';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import type { TableSource } from '../../shared/data/kinds/table';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { pinnedKeras } from '../helpers/keras/pinnedKeras';
import { tempFolder } from '../helpers/tempFolder';

/** What a script that runs with Keras on TensorFlow prints as JSON, with `given` to read. */
async function fromKeras<T>(script: string, given: unknown): Promise<T> {
  const { stdout, stderr } = spawnSync(
    await pinnedKeras('tensorflow'),
    ['-c', `import json, sys\ngiven = json.load(sys.stdin)\n${script}`],
    {
      input: JSON.stringify(given),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], KERAS_BACKEND: 'tensorflow', TF_CPP_MIN_LOG_LEVEL: '3' },
    },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

const texts = [
  'The film was great, great fun!',
  "It wasn't bad; it was (almost) GOOD.",
  'ÉCOLE école naïve — 很好 的 电影',
  '  tabs\tand   spaces ',
  'zebra apple Zebra apple mango 𝒳 ﬀ',
  '3.5 stars: a_b c-d e/f [g] {h} ~i~ `j` ^k^ 100%',
  '...',
  'it was the best of times it was the worst of times',
];

/** Keras' own layer, adapted to the texts. */
const WORDS = `
import keras
out = []
for most, length in given["shapes"]:
    layer = keras.layers.TextVectorization(max_tokens=most, output_sequence_length=length)
    layer.adapt(given["texts"])
    out.append({"vocabulary": layer.get_vocabulary(), "numbers": layer(given["texts"] + given["others"]).numpy().tolist()})
print(json.dumps(out))
`;

test('texts become the numbers that Keras’ TextVectorization makes of them', async () => {
  const folder = tempFolder();
  const others = ['the unseen film', 'great'];
  const shapes = [
    [null, 12],
    [10, 4],
    [30, 1],
  ] as const;
  const truths = await fromKeras<{ vocabulary: string[]; numbers: number[][] }[]>(WORDS, {
    texts,
    others,
    shapes,
  });
  const csv = (name: string, rows: readonly string[]) => {
    const path = join(folder, name);
    const lines = rows.map((text, row) => `"${text.replaceAll('"', '""')}",${row % 2}`);
    writeFileSync(path, ['review,label', ...lines, ''].join('\n'));
    return path;
  };
  const path = csv('train.csv', texts);
  const validation = csv('val.csv', others);
  const table = await recogniseTable(path, { format: {}, target: 'label' });
  for (const [at, [vocabulary, length]] of shapes.entries()) {
    const reading = readingOf(table);
    const columns = reading.columns.map((column) =>
      column.name === 'review'
        ? { ...column, role: 'tokens' as const, length, ...(vocabulary && { vocabulary }) }
        : column,
    );
    const source: TableSource = { ...sourceOf(path, { ...reading, columns }), validation };
    const data = await loadDataset(source, '', { cacheFolder: tempFolder() });
    const truth = truths[at];
    // Keras names padding '' and unknown words [UNK].
    expect(['', '[UNK]', ...(data.columns?.[0]?.categories ?? [])]).toEqual(truth?.vocabulary);
    expect([...data.inputs]).toEqual(truth?.numbers.flat());
    expect([data.rowShape, data.columns?.[0]?.length]).toEqual([[length], length]);
  }
});

const ROWS = 40;

/** Keras' own windows: the target of a window that begins at i is that of row i + length - 1 + ahead. */
const WINDOWS = `
import numpy as np
import keras
x = np.array(given["x"], dtype=np.float32).reshape(-1, 2)
y = np.array(given["y"], dtype=np.float32)
out = []
for length, ahead, stride in given["shapes"]:
    first = length - 1 + ahead
    ends = y[first:]
    sets = keras.utils.timeseries_dataset_from_array(
        x if ahead == 0 else x[:-ahead], ends, length, sequence_stride=stride, batch_size=None)
    rows = [(a.numpy().ravel().tolist(), float(b.numpy())) for a, b in sets]
    out.append({"x": [a for a, _ in rows], "y": [b for _, b in rows]})
print(json.dumps(out))
`;

const windowShapes = [
  [5, 1, 1],
  [8, 0, 3],
  [3, 4, 2],
  [1, 1, 1],
] as const;

test('windows are those of timeseries_dataset_from_array', async () => {
  const x = Float32Array.from({ length: 2 * ROWS }, (_, at) => Math.sin(at) * 10);
  const y = Float32Array.from({ length: ROWS }, (_, row) => row * row);
  const folder = tempFolder();
  const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(path, npyBytes('<f4', [ROWS, 2], x));
  writeFileSync(labels, npyBytes('<f4', [ROWS], y));
  const truths = await fromKeras<{ x: number[][]; y: number[] }[]>(WINDOWS, {
    x: [...x],
    y: [...y],
    shapes: windowShapes,
  });
  for (const [at, [length, ahead, stride]] of windowShapes.entries()) {
    const data = await loadDataset(
      {
        kind: 'npy',
        path,
        labels,
        target: 'number',
        standardise: false,
        windows: { length, ahead, stride, withTarget: false },
      },
      '',
      { cacheFolder: tempFolder() },
    );
    expect([...data.inputs]).toEqual(truths[at]?.x.flat());
    expect([...(data.numbers ?? [])]).toEqual(truths[at]?.y);
    expect(data.rowShape).toEqual([length, 2]);
  }
});
