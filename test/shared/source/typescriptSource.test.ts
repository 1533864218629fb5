import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import {
  architectureSchema,
  asSubclass,
  type Architecture,
} from '../../../shared/architecture/architecture';
import { asFunctional } from '../../../shared/architecture/bothStyles';
import { initialiserSchema } from '../../../shared/architecture/initialisers';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import { typescriptSource } from '../../../shared/source/typescriptSource';
import { inputsOf } from '../../../shared/architecture/inputs';
import { exampleOf, examples, variants } from '../../helpers/layerExamples';
import { runTypescript } from '../../helpers/runTypescript';
import { randomBranches, randomSequential } from '../../helpers/randomArchitecture';

type Kind = keyof typeof examples;

interface Made {
  readonly predict?: (x: tf.Tensor | tf.Tensor[]) => tf.Tensor;
  readonly call?: (x: tf.Tensor | tf.Tensor[]) => tf.Tensor;
}

/** Output shape without the batch, and every weight's shape, sorted. */
function measured(network: Architecture) {
  const before = new Set(Object.values(tf.engine().registeredVariables));
  const model = runTypescript(typescriptSource(network)) as Made;
  const output = tf.tidy(() => {
    const rows = inputsOf(network).map(({ shape }) => tf.zeros([2, ...shape]));
    const [x = tf.scalar(0), ...others] = rows;
    const given = others.length === 0 ? x : rows;
    return (model.predict?.(given) ?? model.call?.(given))?.shape.slice(1);
  });
  const own = Object.values(tf.engine().registeredVariables).filter((it) => !before.has(it));
  const weights = own.map(({ shape }) => shape.join()).sort();
  tf.disposeVariables();
  return { output, weights };
}

test.each<Architecture>([
  ...(Object.keys(examples) as Kind[]).flatMap((kind) => [
    exampleOf(kind).sequential,
    exampleOf(kind).subclass,
  ]),
  ...Object.values(variants),
  asSubclass(variants['several inputs'] as Architecture),
  ...initialiserSchema.options.map((kernelInitialiser) =>
    architectureSchema.parse({
      style: 'sequential',
      inputShape: [4],
      layers: [{ id: 'own', kind: 'dense', units: 3, kernelInitialiser }],
    }),
  ),
  ...Array.from({ length: 10 }, (_, seed) => randomSequential(seed)),
  ...Array.from({ length: 10 }, (_, seed) => randomBranches(seed)),
  ...Array.from({ length: 5 }, (_, seed) => asFunctional(randomBranches(seed))),
])('the source of network %# makes the same weights under TensorFlow.js', (network) => {
  const { calls } = forwardPlan(network);
  expect(measured(network)).toEqual({
    output: [...(calls.at(-1)?.output ?? [])],
    weights: calls.flatMap(({ weights }) => weights.map(({ shape }) => shape.join())).sort(),
  });
});
