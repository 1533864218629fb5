import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { augmentedRows, mapsOf } from '../../electron/training/augmentedRows';
import { augmentationProblem } from '../../shared/training/augmentationFit';
import { kerasPython } from '../helpers/keras/realKeras';

/** What Keras' own resampling makes of the pictures, and what the lab's Python does. */
const SCRIPT = `
import json, sys
import numpy as np
import keras
given = json.load(sys.stdin)
sys.path.insert(0, given["python"])
from augment import augmented
out = []
for one in given["sets"]:
    x = np.array(one["inputs"], dtype=np.float32).reshape(-1, *one["shape"])
    maps = np.array(one["maps"], dtype=np.float64)
    a = np.concatenate([maps, np.zeros((len(maps), 2))], axis=1).astype(np.float32)
    own = keras.ops.image.affine_transform(x, a, interpolation="bilinear", fill_mode="reflect")
    out.append({"keras": np.asarray(own).ravel().tolist(), "python": augmented(x, maps).ravel().tolist()})
print(json.dumps(out))
`;

const sets = [
  { shape: [6, 9, 2], how: { flip: 'both', shift: 0.3, rotate: 180 } },
  { shape: [5, 5, 1], how: { flip: 'horizontal', shift: 0, rotate: 0 } },
  { shape: [7, 4, 3], how: { flip: 'none', shift: 1, rotate: 0 } },
  { shape: [8, 8, 1], how: { flip: 'none', shift: 0, rotate: 25 } },
] as const;
const ROWS = 12;

test('pictures are resampled as Keras does it, and to the bit as in Python', async () => {
  const given = sets.map(({ shape, how }) => {
    const size = shape.reduce((product: number, own) => product * own, 1);
    const inputs = Float32Array.from({ length: (ROWS + 2) * size }, (_, at) => Math.sin(at * 7));
    return { shape, inputs, maps: mapsOf(how, shape, ROWS, 'seed', 3) };
  });
  const { stdout, stderr } = spawnSync(await kerasPython(), ['-c', SCRIPT], {
    input: JSON.stringify({
      python: join(import.meta.dirname, '../../electron/engines/keras/python'),
      sets: given.map(({ shape, inputs, maps }) => ({
        shape,
        maps,
        inputs: [
          ...inputs.subarray(0, ROWS * shape.reduce((product: number, own) => product * own, 1)),
        ],
      })),
    }),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: process.env['PATH'], KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu' },
  });
  const truths = JSON.parse(stdout || `{"failed": ${JSON.stringify(stderr)}}`) as {
    keras: number[];
    python: number[];
  }[];
  for (const [at, { shape, inputs, maps }] of given.entries()) {
    const changed = augmentedRows(inputs, shape, maps);
    const { keras, python } = truths[at] ?? { keras: [], python: [] };
    const own = [...changed.subarray(0, keras.length)];
    expect(own).toEqual(python);
    const off = own.map((value, place) => Math.abs(value - (keras[place] ?? NaN)));
    expect([at, Math.max(...off) < 2e-5]).toEqual([at, true]);
    // Rows for validation stay as they are.
    expect(changed.subarray(keras.length)).toEqual(inputs.subarray(keras.length));
    expect(own).not.toEqual([...inputs.subarray(0, keras.length)]);
  }
});

test('an epoch draws from a stream of its own, whatever is switched on', () => {
  const maps = (epoch: number, rotate: number) =>
    mapsOf({ flip: 'horizontal', shift: 0, rotate }, [4, 4, 1], 50, '1', epoch);
  expect(maps(1, 0)).toEqual(maps(1, 0));
  expect(maps(1, 0)).not.toEqual(maps(2, 0));
  // The same ones are mirrored.
  const mirrored = (own: ReturnType<typeof maps>) => own.map(([a, , , , e]) => a * e < 0);
  expect(mirrored(maps(1, 0))).toEqual(mirrored(maps(1, 10)));
  const share = mirrored(maps(1, 0)).filter(Boolean).length / 50;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.25);
});

test('what is no picture, or cannot change on an engine, is refused', () => {
  const on = { augmentation: { flip: 'both', shift: 0, rotate: 0 } } as const;
  const picture = [{ inputShape: [8, 8, 1] }];
  const problem = (...asked: Parameters<typeof augmentationProblem>) =>
    augmentationProblem(...asked)?.message ?? null;
  expect(problem({ augmentation: null }, [{ inputShape: [4] }], ['auto'], 'global')).toBeNull();
  expect(problem(on, picture, ['auto'], 'global')).toBeNull();
  expect(problem(on, picture, ['keras-jax'], 'controlled')).toBeNull();
  expect(problem(on, [{ inputShape: [4] }], ['auto'], 'controlled')).toContain('rows of [4]');
  expect(problem(on, picture, ['xla', 'keras-torch'], 'global')).toContain('Keras on PyTorch');
});
