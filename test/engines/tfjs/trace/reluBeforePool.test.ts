import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import type { StepProgram } from '../../../../electron/engines/tfjs/trace/program';
import type { RecordedOp } from '../../../../electron/engines/tfjs/trace/recorder';
import { nativeOperation } from '../../../../electron/engines/tfjs/trace/nativeOperation';
import { nativeBackend } from '../../../../electron/engines/tfjs/trace/nativeBackend';
import { withReluBeforePool } from '../../../../electron/engines/tfjs/trace/reluBeforePool';
import { DT } from '../../../../electron/engines/tfjs/trace/wire';

const value = (id: number, shape: readonly number[]) => ({ id, dtype: DT.float32, shape });
const [whole, pooled] = [
  [1, 4, 4, 1],
  [1, 2, 2, 1],
];
/** x 1, dy 2, y 3 -> MaxPoolGrad 4 -> ReluGrad 5. */
const pool: RecordedOp = {
  op: 'MaxPool',
  attributes: {},
  inputs: [1],
  outputs: [value(3, pooled)],
};
const poolGradient: RecordedOp = {
  op: 'MaxPoolGrad',
  attributes: {},
  inputs: [1, 3, 2],
  outputs: [value(4, whole)],
};
const reluGradient: RecordedOp = {
  op: 'ReluGrad',
  attributes: {},
  inputs: [4, 1],
  outputs: [value(5, whole)],
};
const program = (...ops: RecordedOp[]): StepProgram => ({
  inputs: [value(1, whole), value(2, pooled)],
  state: [],
  result: value(5, whole),
  ops,
  constants: new Map(),
  numbers: [],
});

test("relu's mask moves in front of pooling's gradient", () => {
  const { ops } = withReluBeforePool(program(pool, poolGradient, reluGradient));
  expect(ops.map(({ op, inputs, outputs }) => [op, inputs, outputs[0]?.id])).toEqual([
    ['MaxPool', [1], 3],
    ['ReluGrad', [2, 3], 4],
    ['MaxPoolGrad', [1, 3, 4], 5],
  ]);
  expect(ops[1]?.outputs[0]?.shape).toEqual(pooled);
});

test.each([
  ['another value masks', program(pool, poolGradient, { ...reluGradient, inputs: [4, 6] })],
  [
    'the gradient is used elsewhere too',
    program(pool, poolGradient, reluGradient, {
      ...pool,
      inputs: [4],
      outputs: [value(7, pooled)],
    }),
  ],
  [
    'the gradient is the result too',
    { ...program(pool, poolGradient, reluGradient), result: value(4, whole) },
  ],
])('it stays where %s', (_, own) => {
  expect(withReluBeforePool(own)).toEqual(own);
});

test.each([
  ['apart', 2, 2],
  ['overlapping', 3, 1],
])('both orders give the same numbers: windows %s', (_, size, stride) => {
  const binding = nativeBackend().binding;
  const ints = (name: string, list: number[]) => ({
    name,
    type: binding.TF_ATTR_INT,
    value: list,
  });
  const attributes = [
    ints('ksize', [1, size, size, 1]),
    ints('strides', [1, stride, stride, 1]),
    { name: 'padding', type: binding.TF_ATTR_STRING, value: 'VALID' },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
  ];
  const own = (op: string, inputs: tf.Tensor[], more: typeof attributes = []) =>
    nativeOperation(op, { T: 'float32' }, inputs, more);
  for (const [relu, seed] of [
    [true, 1],
    [false, 2],
  ] as const) {
    const drawn = tf.randomNormal([2, 9, 9, 3], -0.5, 1, 'float32', seed);
    const x = relu ? tf.relu(drawn) : drawn;
    const y = own('MaxPool', [x], attributes);
    const dy = tf.randomNormal(y.shape, 0, 1, 'float32', seed + 2);
    const after = own('ReluGrad', [own('MaxPoolGrad', [x, y, dy], attributes), x]);
    const before = own('MaxPoolGrad', [x, y, own('ReluGrad', [dy, y])], attributes);
    // Except for the sign of a zero.
    const zeroless = (values: ArrayLike<number>) => Array.from(values, (each) => each + 0);
    expect(zeroless(before.dataSync())).toEqual(zeroless(after.dataSync()));
  }
});
