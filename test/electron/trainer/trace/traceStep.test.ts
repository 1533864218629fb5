import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { traceStep } from '../../../../electron/trainer/trace/traceStep';

const batch = 8;
const rows = 24;

function makeModel() {
  const model = tf.sequential();
  model.add(
    tf.layers.dense({
      inputShape: [5],
      units: 7,
      activation: 'relu',
      kernelInitializer: tf.initializers.heNormal({ seed: 3 }),
    }),
  );
  model.add(
    tf.layers.dense({
      units: 3,
      activation: 'softmax',
      kernelInitializer: tf.initializers.heNormal({ seed: 4 }),
    }),
  );
  return model;
}

test.each(['graph', 'xla'] as const)('%s runs the steps of eager', (mode) => {
  const x = tf.randomNormal([rows, 5], 0, 1, 'float32', 1);
  const y = tf
    .oneHot(
      tf.tensor1d(
        [...Array(rows).keys()].map((r) => r % 3),
        'int32',
      ),
      3,
    )
    .toFloat();
  const order = Array.from({ length: 50 }, (_, s) =>
    Int32Array.from({ length: batch }, (_v, i) => (s * 5 + i * 7) % rows),
  );
  const stepOf =
    (model: tf.Sequential, optimizer: tf.Optimizer) => (bx: tf.Tensor, by: tf.Tensor) => {
      const variables = model.trainableWeights.map((w) => w.read() as tf.Variable);
      return optimizer.minimize(
        () =>
          tf.mean(
            tf.metrics.categoricalCrossentropy(
              by,
              model.apply(bx, { training: true }) as tf.Tensor,
            ),
          ) as tf.Scalar,
        true,
        variables,
      ) as tf.Scalar;
    };
  const eagerModel = makeModel();
  const eager = stepOf(eagerModel, tf.train.adam(0.01));
  const expected = order.map((r) =>
    tf.tidy(
      () =>
        eager(
          tf.gather(x, tf.tensor1d(r, 'int32')),
          tf.gather(y, tf.tensor1d(r, 'int32')),
        ).dataSync()[0] as number,
    ),
  );

  const model = makeModel();
  const compiled = traceStep(stepOf(model, tf.train.adam(0.01)), {
    mode,
    capacity: 32,
    inputs: [
      { example: x.slice(0, batch), fed: { kind: 'rows', data: x } },
      { example: y.slice(0, batch), fed: { kind: 'rows', data: y } },
    ],
  });
  const got = [
    ...compiled.run({ rows: order.slice(0, 32) }),
    ...compiled.run({ rows: order.slice(32) }),
  ];
  if (mode === 'graph') expect(got).toEqual(expected);
  else got.forEach((loss, step) => expect(loss).toBeCloseTo(expected[step] as number, 4));
  const t = performance.now();
  for (let i = 0; i < 20; i++) compiled.run({ rows: order.slice(0, 32) });
  console.log(mode, (performance.now() - t) / 640, 'ms/step', compiled.operations);
});
