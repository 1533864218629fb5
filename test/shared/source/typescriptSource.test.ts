import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { architectureSchema, type Architecture } from '../../../shared/architecture/architecture';
import { asFunctional } from '../../../shared/architecture/bothStyles';
import { initialiserSchema } from '../../../shared/architecture/initialisers';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import { typescriptSource } from '../../../shared/source/typescriptSource';
import { exampleOf, examples, variants } from '../../helpers/layerExamples';
import { runTypescript } from '../../helpers/runTypescript';
import { randomBranches, randomSequential } from '../../helpers/randomArchitecture';

type Kind = keyof typeof examples;

interface Made {
  readonly predict?: (x: tf.Tensor) => tf.Tensor;
  readonly call?: (x: tf.Tensor) => tf.Tensor;
}

/** Output shape without the batch, and every weight's shape, sorted. */
function measured(source: string, inputShape: readonly number[]) {
  const before = new Set(Object.values(tf.engine().registeredVariables));
  const model = runTypescript(source) as Made;
  const output = tf.tidy(() => {
    const x = tf.zeros([2, ...inputShape]);
    return (model.predict?.(x) ?? model.call?.(x))?.shape.slice(1);
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
  expect(measured(typescriptSource(network), network.inputShape)).toEqual({
    output: [...(calls.at(-1)?.output ?? [])],
    weights: calls.flatMap(({ weights }) => weights.map(({ shape }) => shape.join())).sort(),
  });
});
