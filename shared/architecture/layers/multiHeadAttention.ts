import { z } from 'zod';
import { initialiserSchema } from '../initialisers';
import { defineLayer, layerId, passesMask, type Shape, trainableField, weight } from './definition';
import { seedSchema } from './seed';
import { ruledWeights } from './weightRules';

const width = z.int().min(1).max(65_536);

/**
 * Each step of the query looks up all steps of the value, in several heads side by side: query
 * [steps, features], value [others, features] and perhaps a key [others, features] -> [steps, outputs].
 * Source: Vaswani et al. 2017; weights and their order as in Keras 3.
 */
export const multiHeadAttention = defineLayer({
  label: 'MultiHeadAttention',
  group: 'Attention',
  summary: 'Steps of a query look up steps of a value: query, value, perhaps a key',
  starter: (input: Shape) => {
    const features = input.at(-1) ?? 1;
    const numHeads = features % 4 === 0 ? 4 : features % 2 === 0 ? 2 : 1;
    return { numHeads, keyDim: features / numHeads };
  },
  differsInTraining: true,
  draws: ({ dropout }) => dropout > 0,
  inputNames: ['query', 'value', 'key'],
  callFields: ['useCausalMask'],
  parts: [
    { prefix: 'query', path: 'query', group: 'query_dense' },
    { prefix: 'key', path: 'key', group: 'key_dense' },
    { prefix: 'value', path: 'value', group: 'value_dense' },
    { prefix: 'output', path: 'attention_output', group: 'output_dense' },
  ],
  mask: passesMask,
  usesMasks: true,
  takesMasks: true,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('multiHeadAttention'),
    numHeads: z.int().min(1).max(1_024),
    keyDim: width,
    /** Null is as wide as the key. */
    valueDim: width.nullable().default(null),
    /** Null is as wide as the query. */
    outputShape: width.nullable().default(null),
    dropout: z.number().min(0).lt(1).default(0),
    seed: seedSchema,
    useBias: z.boolean().default(true),
    /** A step sees only itself and those before it. */
    useCausalMask: z.boolean().default(false),
    kernelInitialiser: initialiserSchema.default('glorotUniform'),
    kernelSeed: seedSchema,
    biasInitialiser: initialiserSchema.default('zeros'),
    ...ruledWeights('kernel', 'bias'),
    ...trainableField,
  }),
  outputShape: ({ outputShape }, inputs) => {
    const [query, value, key = value] = inputs;
    if (query === undefined || value === undefined || key === undefined || inputs.length > 3) {
      return {
        problem:
          'MultiHeadAttention takes a query, a value and perhaps a key; in a Sequential each layer has one.',
      };
    }
    const odd = [query, value, key].find((shape) => shape.length !== 2);
    if (odd !== undefined) {
      return {
        problem: `MultiHeadAttention takes inputs of shape [steps, features], not [${odd.join(', ')}].`,
      };
    }
    if (value[0] !== key[0]) {
      return {
        problem: `MultiHeadAttention takes as many steps of the key as of the value, not ${key[0]} and ${value[0]}.`,
      };
    }
    return [query[0] ?? 0, outputShape ?? query[1] ?? 0];
  },
  weights: (spec, [query = [], value = [], key = value]) => {
    const { numHeads, keyDim, valueDim, useBias } = spec;
    const deep = valueDim ?? keyDim;
    const outputs = spec.outputShape ?? query.at(-1) ?? 0;
    const both = (prefix: string, kernel: Shape, bias: Shape) => [
      weight(`${prefix}Kernel`, kernel, spec.kernelInitialiser, spec.kernelSeed),
      ...(useBias ? [weight(`${prefix}Bias`, bias, spec.biasInitialiser)] : []),
    ];
    const into = (prefix: string, [, features = 0]: Shape, size: number) =>
      both(prefix, [features, numHeads, size], [numHeads, size]);
    return [
      ...into('query', query, keyDim),
      ...into('key', key, keyDim),
      ...into('value', value, deep),
      ...both('output', [numHeads, deep, outputs], [outputs]),
    ];
  },
});

/** The score of a step that must not be seen, or what is added to it; its probability is then exactly 0. */
export const UNSEEN = -1e9;

/** [steps, others], row-major: what is added to scores so that a step sees only itself and those before it. */
export function causalMask(steps: number, others: number): Float32Array {
  return Float32Array.from({ length: steps * others }, (_, at) =>
    at % others > Math.floor(at / others) ? UNSEEN : 0,
  );
}
