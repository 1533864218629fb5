import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { npyPreview } from '../../electron/data/npyPreview';
import { guessed, ofArray } from '../../shared/data/chosenArray';
import { dataPython, fromPython } from '../helpers/data/witnesses';
import { tempFolder } from '../helpers/tempFolder';

beforeAll(dataPython);

test('archives that NumPy wrote are read, plain or compressed, and their arrays told apart', async () => {
  const folder = tempFolder();
  const truth = await fromPython<{ rows: number[]; labels: number[] }>(
    `
import os, numpy as np
rng = np.random.default_rng(3)
x = np.asfortranarray(rng.normal(size=(20, 3, 2)).astype("float64"))
y = rng.integers(0, 4, size=20).astype("uint8")
test = rng.normal(size=(5, 3, 2)).astype(">f2")
np.savez(os.path.join(given, "plain.npz"), x_train=x, y_train=y, x_test=test, y_test=y[:5])
np.savez_compressed(os.path.join(given, "small.npz"), x_train=x, y_train=y, x_test=test, y_test=y[:5])
print(json.dumps({"rows": x.astype("float32").reshape(-1).tolist(), "labels": y.tolist()}))
`,
    folder,
  );
  for (const name of ['plain.npz', 'small.npz']) {
    const path = join(folder, name);
    const preview = await npyPreview(path);
    expect(preview.arrays?.map(({ name: own, shape }) => [own, shape])).toEqual([
      ['x_train', [20, 3, 2]],
      ['y_train', [20]],
      ['x_test', [5, 3, 2]],
      ['y_test', [5]],
    ]);
    const [array, labelsArray] = [guessed(preview, 'rows'), guessed(preview, 'labels')].map(
      (own) => own?.array,
    );
    expect([array, labelsArray]).toEqual(['x_train', 'y_train']);
    const load = (own: string | undefined) =>
      loadDataset(
        {
          kind: 'npy',
          path,
          labels: path,
          standardise: false,
          ...(own !== undefined && { array: own }),
          labelsArray: 'y_train',
        },
        '',
        { cacheFolder: join(folder, 'cache') },
      );
    const data = await load(array);
    expect([[...data.inputs], data.rowShape]).toEqual([truth.rows, [3, 2]]);
    expect([...data.labels].map((label) => Number(data.classes[label]))).toEqual(truth.labels);
    await expect(load('x_test')).rejects.toThrow('has shape [5, 3, 2], but');
    await expect(load('nothing')).rejects.toThrow('has no array "nothing"');
  }
  const broken = join(folder, 'broken.npz');
  writeFileSync(broken, 'PK\u0003\u0004 and no more');
  await expect(npyPreview(broken)).rejects.toMatchObject({ code: 'bad-data' });
});

test.each([
  [['x_train', 'y_train', 'x_val', 'y_val', 'x_test', 'y_test'], 'x_test', 'y_test'],
  [['x_train', 'y_train', 'x_val', 'y_val'], null, 'y_val'],
  [['train_images', 'train_labels', 'test_images', 'test_labels'], null, 'test_labels'],
  [['xTrain', 'yTrain', 'xTest', 'yTest'], null, 'yTest'],
  [['data', 'target'], null, null],
])('of %j the arrays that go together are found', (names, rows, labels) => {
  const arrays = names.map((name) => ({
    name,
    dtype: '<f4',
    shape: /^(y|t)|label|target/i.test(name) && !/image/.test(name) ? [5] : [5, 4],
  }));
  const archive = { path: 'a.npz', arrays, array: names[0] ?? '', shape: [5, 4], dtype: '<f4' };
  expect([guessed(archive, 'rows')?.array, guessed(archive, 'labels')?.array]).toEqual(
    names.slice(0, 2),
  );
  const beside = rows === null ? guessed(archive, 'validation') : ofArray(archive, rows);
  expect(beside && (guessed(archive, 'validationLabels', beside)?.array ?? null)).toBe(labels);
});
