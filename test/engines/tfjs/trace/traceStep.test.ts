import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import type { CompiledMode } from '../../../../electron/engines/tfjs/trace/loopGraph';
import { traceStep } from '../../../../electron/engines/tfjs/trace/traceStep';

const rows = 24;
const x = tf.randomNormal([rows, 5], 0, 1, 'float32', 1);
const y = tf.randomNormal([rows, 2], 0, 1, 'float32', 2);
const order = (steps: number, batch = 8) =>
  Array.from({ length: steps }, (_, step) =>
    Int32Array.from({ length: batch }, (_own, at) => (step * 5 + at * 7) % rows),
  );

/** Traces a step on batches of 8 rows of x and y. */
function compile(
  step: (bx: tf.Tensor, by: tf.Tensor) => tf.Scalar,
  mode: CompiledMode = 'graph',
  batch = 8,
) {
  return traceStep(step as (...inputs: tf.Tensor[]) => tf.Scalar, {
    mode,
    capacity: 32,
    inputs: [x, y].map((data) => ({
      example: data.slice(0, batch),
      fed: { kind: 'rows', data },
    })),
  });
}

function linear() {
  const weight = tf.variable(tf.ones([5, 2]));
  const optimiser = tf.train.momentum(0.01, 0.9);
  const step = (bx: tf.Tensor, by: tf.Tensor) =>
    optimiser.minimize(
      () =>
        tf.mean(
          tf.square(tf.sub(tf.matMul(bx as tf.Tensor2D, weight as tf.Tensor2D), by)),
        ) as tf.Scalar,
      true,
      [weight],
    ) as tf.Scalar;
  return { weight, step };
}

test('tracing restores every variable, slots of the optimiser included', () => {
  const { weight, step } = linear();
  const names = new Set(Object.keys(tf.engine().registeredVariables));
  const compiled = compile(step);
  expect([...weight.dataSync()]).toEqual(Array(10).fill(1));
  const slots = Object.entries(tf.engine().registeredVariables).filter(
    ([name]) => !names.has(name),
  );
  expect(slots).toHaveLength(1);
  expect(slots[0]?.[1].dataSync().every((value) => value === 0)).toBe(true);
  compiled.dispose();
});

test.each(['graph', 'xla'] as const)(
  '%s: compiled steps of several batch sizes share the variables with eager ones',
  (mode) => {
    const run = (isCompiled: boolean) => {
      const { weight, step } = linear();
      const losses: number[] = [];
      const eager = (batch: Int32Array) =>
        tf.tidy(
          () =>
            step(
              tf.gather(x, tf.tensor1d(batch, 'int32')),
              tf.gather(y, tf.tensor1d(batch, 'int32')),
            ).dataSync()[0] as number,
        );
      const [large, small] = isCompiled
        ? [compile(step, mode), compile(step, mode, 3)]
        : [null, null];
      const take = (batches: Int32Array[], compiled: typeof large) =>
        losses.push(...(compiled === null ? batches.map(eager) : compiled.run({ rows: batches })));
      take(order(7), large);
      take(order(2, 3), small);
      take(order(1), null);
      take(order(32), large);
      return { losses, weight: [...weight.dataSync()] };
    };
    const [compiled, eager] = [run(true), run(false)];
    if (mode === 'graph') expect(compiled).toEqual(eager);
    else
      compiled.losses.forEach((loss, at) =>
        expect(loss).toBeCloseTo(eager.losses[at] as number, 5),
      );
  },
);

test('a stacked input gives every step its own value', () => {
  const total = tf.variable(tf.scalar(0));
  const compiled = traceStep(
    (own) => {
      total.assign(tf.add(total, own as tf.Scalar));
      return tf.mul(own, 2) as tf.Scalar;
    },
    { mode: 'graph', capacity: 4, inputs: [{ example: tf.scalar(5), fed: { kind: 'stacked' } }] },
  );
  const losses = compiled.run({
    rows: [[], [], []].map(() => new Int32Array()),
    stacked: [tf.tensor1d([1, 2, 3, 0])],
  });
  expect([[...losses], total.dataSync()[0]]).toEqual([[2, 4, 6], 6]);
  compiled.dispose();
});

test('what is not traceable is refused, and the state is as it was', () => {
  const { weight, step } = linear();
  const layer = tf.layers.dense({ units: 2, inputShape: [5], name: 'peeking' });
  layer.build([null, 5]);
  const call = layer.call.bind(layer);
  layer.call = (inputs, options) => {
    (inputs as tf.Tensor[] | tf.Tensor as tf.Tensor[]).at?.(0)?.dataSync();
    tf.scalar(Math.random());
    return call(inputs, options);
  };
  let count = 0;
  for (const [what, broken] of [
    [
      /reads a value/,
      (bx: tf.Tensor, by: tf.Tensor) => tf.mul(step(bx, by), bx.dataSync()[0] as number),
    ],
    [
      /draws from Math\.random/,
      (bx: tf.Tensor, by: tf.Tensor) => tf.add(step(bx, by), tf.randomUniform([])),
    ],
    [
      /made again in JavaScript for every step/,
      (bx: tf.Tensor, by: tf.Tensor) => tf.add(step(bx, by), tf.scalar(count++)),
    ],
    [
      /in layer peeking/,
      (bx: tf.Tensor, by: tf.Tensor) => tf.add(step(bx, by), tf.mean(layer.apply(bx) as tf.Tensor)),
    ],
  ] as const) {
    expect(() => compile(broken as typeof step)).toThrow(what);
    expect([...weight.dataSync()]).toEqual(Array(10).fill(1));
  }
  // And eager execution works again.
  expect(tf.tidy(() => step(x, y).dataSync()[0])).toBeGreaterThan(0);
});

test('too many steps and a wrong batch size are refused', () => {
  const compiled = compile(linear().step);
  expect(() => compiled.run({ rows: order(33) })).toThrow('33 steps are more than 32');
  expect(() => compiled.run({ rows: order(1, 7) })).toThrow('Step 0 has 7 rows, not 8');
  compiled.dispose();
});

test('a thousand calls leak no tensor', () => {
  const compiled = compile(linear().step);
  compiled.run({ rows: order(8) });
  const before = tf.memory().numTensors;
  for (let call = 0; call < 1000; call++) compiled.run({ rows: order(4) });
  expect(tf.memory().numTensors).toBe(before);
  compiled.dispose();
});
