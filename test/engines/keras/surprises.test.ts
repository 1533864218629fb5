import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { casesOfRun } from '../../../build/fullTests.mjs';
import { kerasBackends, type KerasBackend } from '../../../shared/engines/keras';
import { pinnedKeras } from '../../helpers/keras/pinnedKeras';

/** What the pinned Keras does that nobody expects; the lab's notes and verdicts rest on it. */
const network = `
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.compile(loss="mse")
x, y = np.arange(30, dtype="float32").reshape(10, 3), np.zeros((10, 2), "float32")
def fit():
    model.fit(x, y, batch_size=4, epochs=2, verbose=0)
`;

const scripts: Readonly<Record<KerasBackend, string>> = {
  // Permutations of NumPy's global state in the first fit and the second, and whether importing draws.
  jax: `
import json, numpy as np
np.random.seed(0)
before = np.random.get_state()[2]
import jax
moved = np.random.get_state()[2] != before
import keras
${network}
drawn, permutation = [], np.random.permutation
def counted(rows):
    drawn.append(rows)
    return permutation(rows)
np.random.permutation = counted
fit()
first = len(drawn)
fit()
print(json.dumps([bool(moved), first, len(drawn) - first]))
`,
  torch: `
import json, numpy as np, torch, keras
${network}
drawn, rows_of = [], torch.utils.data.RandomSampler.__iter__
def counted(self):
    drawn.append(self)
    return rows_of(self)
torch.utils.data.RandomSampler.__iter__ = counted
fit()
first = len(drawn)
fit()
print(json.dumps([False, first, len(drawn) - first]))
`,
  // Whether two epochs have one order: with a global seed, and without.
  tensorflow: `
import json, numpy as np, tensorflow as tf, keras
def orders(seed):
    tf.random.set_seed(seed) if seed is not None else None
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
    rows = np.arange(40, dtype="float32")
    data = ArrayDataAdapter(rows, batch_size=40, shuffle=True).get_tf_dataset()
    return [list(map(int, next(iter(data)).numpy())) for _ in range(2)]
free = orders(None)
seeded = orders(1)
print(json.dumps([seeded[0] == seeded[1], free[0] == free[1]]))
`,
};

const expected: Readonly<Record<KerasBackend, readonly unknown[]>> = {
  jax: [true, 3, 2],
  torch: [false, 3, 2],
  tensorflow: [true, false],
};

test.each(casesOfRun(kerasBackends, (backend) => backend === 'jax'))(
  'what surprises about the draws of the pinned Keras on %s is as it is told',
  async (backend) => {
    const python = await pinnedKeras(backend);
    const env = { ...process.env, KERAS_BACKEND: backend, TF_CPP_MIN_LOG_LEVEL: '3' };
    const { stdout } = await promisify(execFile)(python, ['-c', scripts[backend]], { env });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual(expected[backend]);
  },
);
