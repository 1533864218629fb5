import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadDataset } from '../../../electron/data/loadDataset';
import { parseNpy } from '../../../electron/data/npy';
import { AppError } from '../../../shared/lib/appError';
import { kerasPython } from '../../helpers/keras/realKeras';
import { npyBytes } from '../../../electron/data/npyBytes';
import { tempFolder } from '../../helpers/tempFolder';

test('arrays of every type that NumPy itself saved are read to the number', async () => {
  const folder = tempFolder();
  const script = `
import json, sys
import numpy as np
types = ["<f4", "<f8", "|u1", "|i1", "|b1", "<u2", "<i2", "<u4", "<i4", "<i8", "<u8"]
out = []
for index, name in enumerate(types):
    a = (np.arange(24).reshape(4, 3, 2) % 7 - (0 if "u" in name or "b" in name else 3)).astype(name)
    np.save(f"{sys.argv[1]}/{index}.npy", a)
    out.append({"dtype": a.dtype.str, "shape": a.shape, "values": a.ravel().astype(float).tolist()})
np.save(f"{sys.argv[1]}/fortran.npy", np.asfortranarray(np.ones((2, 3))))
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
  for (const [name, words] of [
    ['fortran', 'Fortran order'],
    ['complex', 'type <c16'],
  ]) {
    expect(() => parseNpy(readFileSync(join(folder, `${name}.npy`)), 'a.npy')).toThrow(words);
  }
}, 200_000);

test('any bytes end in an array or in a named error', () => {
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
  ['too few labels', [2, 2], [1, 2, 3, 4], [0], 'has 2 rows, but'],
  ['one class', [2, 2], [1, 2, 3, 4], [5, 5], '1 different labels'],
  ['half a class', [2, 2], [1, 2, 3, 4], [0.5, 1], 'labels.npy, row 1: 0.5 is no class'],
  ['one axis', [4], [1, 2, 3, 4], [0, 1, 2, 3], 'has shape [4]'],
])('%s is refused, with file, row and place', (_, shape, values, labels, words) => {
  const folder = tempFolder();
  const [path, labelsPath] = ['rows.npy', 'labels.npy'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  writeFileSync(path, npyBytes('<f8', shape, values));
  writeFileSync(labelsPath, npyBytes('<f8', [labels.length], labels));
  const load = () =>
    loadDataset({ kind: 'npy', path, labels: labelsPath, standardise: false }, folder);
  expect(load).toThrow(words);
});

test('labels are classes in their order, inputs stay as they are unless standardised', () => {
  const folder = tempFolder();
  const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  writeFileSync(path, npyBytes('<f4', [3, 1, 2], [1, 10, 3, 10, 5, 10]));
  writeFileSync(labels, npyBytes('<i4', [3], [7, -2, 7]));
  const load = (standardise: boolean) =>
    loadDataset({ kind: 'npy', path, labels, standardise }, folder);
  expect(load(false)).toMatchObject({
    rows: 3,
    features: 2,
    classes: ['-2', '7'],
    inputs: Float32Array.of(1, 10, 3, 10, 5, 10),
    labels: Int32Array.of(1, 0, 1),
  });
  const deviation = Math.sqrt(8 / 3);
  expect(load(true).inputs).toEqual(Float32Array.of(-2 / deviation, 0, 0, 0, 2 / deviation, 0));
});
