import * as tf from '@tensorflow/tfjs-node-gpu';
import { beforeAll, expect, test } from 'vitest';
import { useNativeGradients } from '../../../electron/engines/tfjs/engine/nativeGradients';
import { record } from '../../../electron/engines/tfjs/trace/recorder';

const addends: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[5, 3], [3]],
  [
    [5, 3],
    [1, 3],
  ],
  [[2, 4, 4, 6], [6]],
  [
    [2, 4, 4, 6],
    [1, 1, 1, 6],
  ],
  [[2, 4, 1], [1]],
  // Not a bias: broadcast in another way, or not at all.
  [
    [5, 3],
    [5, 1],
  ],
  [[5, 3], [1]],
  [
    [5, 3],
    [5, 3],
  ],
  [[3], [3]],
  [[3], [5, 3]],
  [[5, 3], []],
];

function gradients(a: tf.Tensor, b: tf.Tensor, weights: tf.Tensor): tf.Tensor[] {
  // Weighted, so that every element of dy is distinct.
  return tf.grads((x, y) => tf.sum(tf.mul(tf.add(x as tf.Tensor, y as tf.Tensor), weights)))([
    a,
    b,
  ]);
}

const cases = addends.map(([a, b], index) => {
  const [x, y] = [tf.randomNormal([...a], 0, 1, 'float32', index), tf.randomNormal([...b])];
  const weights = tf.randomNormal(tf.add(x, y).shape, 0, 1, 'float32', index + 50);
  return { a, b, x, y, weights, before: gradients(x, y, weights).map((own) => own.dataSync()) };
});

beforeAll(useNativeGradients);

test.each(cases)('the gradients of [$a] + [$b] are the library’s', ({ x, y, weights, before }) => {
  const own = gradients(x, y, weights);
  expect(own.map(({ shape }) => shape)).toEqual([x.shape, y.shape]);
  own.forEach((tensor, index) => {
    const values = tensor.dataSync();
    expect(values.length).toBe(before[index]?.length);
    values.forEach((value, at) => expect(value).toBeCloseTo(before[index]?.[at] as number, 5));
  });
});

test('a bias’s gradient is one operation of TensorFlow’s', () => {
  const operations = ([a, b]: readonly [readonly number[], readonly number[]]) => {
    const [x, y] = [tf.ones([...a]), tf.ones([...b])];
    const { recording } = record(() => gradients(x, y, tf.ones([...a])), new Set());
    return recording.ops.map(({ op }) => op);
  };
  expect(operations([[2, 4, 4, 6], [6]])).toContain('BiasAddGrad');
  expect(operations([[5, 3], [1]])).not.toContain('BiasAddGrad');
});
