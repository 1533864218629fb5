import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { parseNpy } from '../../electron/data/npy';
import { architectureSchema } from '../../shared/architecture/architecture';
import { trainingProblems } from '../../shared/architecture/dataFit';
import { AppError } from '../../shared/lib/appError';
import { kerasPython } from '../helpers/keras/realKeras';
import { npyBytes } from '../../electron/data/npyBytes';
import { tempFolder } from '../helpers/tempFolder';

test('arrays of every type that NumPy itself saved are read exactly', async () => {
  const folder = tempFolder();
  const script = `
import json, sys
import numpy as np
types = ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8", ">i2", ">u4", ">i8", "|u1", "|i1", "|b1", "<u2", "<i2", "<u4", "<i4", "<i8", "<u8"]
out = []
for index, name in enumerate(types):
    a = (np.arange(24).reshape(4, 3, 2) % 7 - (0 if "u" in name or "b" in name else 3)).astype(name)
    np.save(f"{sys.argv[1]}/{index}.npy", a)
    out.append({"dtype": a.dtype.str, "shape": a.shape, "values": a.ravel().astype(float).tolist()})
for index, shape in enumerate([(5,), (4, 3), (4, 3, 2), (2, 1, 3, 2)], len(types)):
    a = np.asfortranarray(np.arange(np.prod(shape), dtype="<f4").reshape(shape))
    np.save(f"{sys.argv[1]}/{index}.npy", a)
    out.append({"dtype": a.dtype.str, "shape": a.shape, "values": a.ravel("C").tolist()})
odd = np.array([0, -0.0, 6e-8, 1e-4, 65504, np.inf, -np.inf], "<f2")
np.save(f"{sys.argv[1]}/{len(out)}.npy", odd[:5])
out.append({"dtype": "<f2", "shape": [5], "values": odd[:5].astype(float).tolist()})
np.save(f"{sys.argv[1]}/complex.npy", np.ones(3, dtype=complex))
print(json.dumps(out))
`;
  const { stdout, stderr } = spawnSync(await kerasPython(), ['-c', script, folder], {
    encoding: 'utf8',
  });
  const expected = JSON.parse(stdout || `{"failed": ${JSON.stringify(stderr)}}`) as object[];
  const read = expected.map((_, index) => {
    const { dtype, shape, values } = parseNpy(readFileSync(join(folder, `${index}.npy`)), 'a');
    return { dtype, shape, values: Array.from(values) };
  });
  expect(read).toEqual(expected);
  expect(() => parseNpy(readFileSync(join(folder, 'complex.npy')), 'a.npy')).toThrow('type <c16');
});

test('any bytes give an array or a named error', () => {
  const good = npyBytes('<f4', [3, 2], [1, 2, 3, 4, 5, 6]);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
      const broken = Uint8Array.from(good.subarray(0, length));
      if (at < length) broken[at] = byte;
      try {
        const { values, shape } = parseNpy(broken, 'a.npy');
        expect(values.length).toBe(shape.reduce((product, axis) => product * axis, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, readonly number[], readonly number[], readonly number[], string]>([
  ['NaN', [2, 2], [1, 2, NaN, 4], [0, 1], 'rows.npy, row 2, number 1: NaN'],
  ['too few labels', [2, 2], [1, 2, 3, 4], [0], 'labels.npy has shape [1]'],
  ['one class', [2, 2], [1, 2, 3, 4], [5, 5], '1 different label.'],
  ['half a class', [2, 2], [1, 2, 3, 4], [0.5, 1], 'labels.npy, row 1: 0.5 is not a class'],
  ['one axis', [4], [1, 2, 3, 4], [0, 1, 2, 3], 'has shape [4]'],
])('%s is refused, with file, row and place', async (_, shape, values, labels, words) => {
  const folder = tempFolder();
  const [path, labelsPath] = ['rows.npy', 'labels.npy'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  writeFileSync(path, npyBytes('<f8', shape, values));
  writeFileSync(labelsPath, npyBytes('<f8', [labels.length], labels));
  const load = () =>
    loadDataset({ kind: 'npy', path, labels: labelsPath, standardise: false }, folder);
  await expect(load()).rejects.toThrow(words);
});

test('labels are classes in their order, inputs stay as they are unless standardised', async () => {
  const folder = tempFolder();
  const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(path, npyBytes('<f4', [3, 1, 2], [1, 10, 3, 10, 5, 10]));
  writeFileSync(labels, npyBytes('<i4', [3], [7, -2, 7]));
  const load = (standardise: boolean) =>
    loadDataset({ kind: 'npy', path, labels, standardise }, folder);
  expect(await load(false)).toMatchObject({
    rows: 3,
    features: 2,
    classes: ['-2', '7'],
    inputs: Float32Array.of(1, 10, 3, 10, 5, 10),
    labels: Int32Array.of(1, 0, 1),
  });
  const deviation = Math.sqrt(8 / 3);
  expect((await load(true)).inputs).toEqual(
    Float32Array.of(-2 / deviation, 0, 0, 0, 2 / deviation, 0),
  );
});

test.each<[string, readonly number[], readonly number[], readonly string[]]>([
  ['one a row', [4], [2, 0, 1, 2], ['0', '1', '2']],
  ['a column', [4, 1], [2, 0, 1, 2], ['0', '1', '2']],
  ['one-hot', [4, 3], [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1], ['0', '1', '2']],
])('labels are read as %s', async (_, shape, values, classes) => {
  const folder = tempFolder();
  const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(path, npyBytes('<f4', [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]));
  writeFileSync(labels, npyBytes('<f4', shape, values));
  const data = await loadDataset({ kind: 'npy', path, labels, standardise: false }, folder);
  expect([[...data.labels], data.classes]).toEqual([[2, 0, 1, 2], classes]);
});

test('labels that are not one per row are refused with both shapes', async () => {
  const folder = tempFolder();
  const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(path, npyBytes('<f4', [6, 1], [1, 2, 3, 4, 5, 6]));
  writeFileSync(labels, npyBytes('<f4', [2, 3], [1, 2, 3, 4, 5, 6]));
  const load = () => loadDataset({ kind: 'npy', path, labels, standardise: false }, folder);
  await expect(load()).rejects.toThrow(/shape \[6, 1\], but .* has shape \[2, 3\]/);
});

test('rows with their axes in another order are refused with both shapes', () => {
  const shape = (rowShape: number[]) => ({
    features: 192,
    rowShape,
    classes: 3,
    targets: 0,
    range: () => ({ min: 0, max: 1, areWhole: false }),
    rangeWithin: () => null,
    arrays: null,
  });
  const network = (inputShape: number[]) =>
    architectureSchema.parse({
      style: 'sequential',
      inputShape,
      layers: [
        { id: 'flat', kind: 'flatten' },
        { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
      ],
    });
  const said = (wanted: number[], there: number[]) =>
    trainingProblems(network(wanted), shape(there)).map(({ message }) => message);
  expect(said([8, 8, 3], [3, 8, 8])).toEqual([
    'The network takes rows of [8, 8, 3], but the data has rows of [3, 8, 8].',
  ]);
  for (const [wanted, there] of [
    [
      [8, 8, 3],
      [8, 8, 3],
    ],
    [[8, 8, 3], [192]],
    [[192], [8, 8, 3]],
    [
      [8, 24, 1],
      [8, 24],
    ],
  ] as const) {
    expect(said([...wanted], [...there])).toEqual([]);
  }
});
