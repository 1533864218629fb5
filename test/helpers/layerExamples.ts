import {
  architectureSchema,
  asSubclass,
  type Architecture,
} from '../../shared/architecture/architecture';
import type { LayerKind } from '../../shared/architecture/layerCatalog';
import { attentionNetworks } from './attentionNetworks';
import { maskedNetworks } from './maskedNetworks';

interface Example {
  readonly inputShape: readonly number[];
  /** Fields of the layer besides id and kind. */
  readonly fields?: object;
  /** Layers between it and the classifier, to come back to one axis. */
  readonly after?: readonly object[];
  readonly before?: readonly object[];
}

const flat = [{ id: 'flat', kind: 'flatten' }];
const image = [6, 6, 2];
const series = [6, 3];

/** Kinds that take several inputs. */
export const joinKinds = [
  'add',
  'subtract',
  'multiply',
  'average',
  'maximum',
  'minimum',
  'concatenate',
] as const satisfies readonly LayerKind[];

/** Kinds that only a Model subclass can call, among `variants`. */
export const subclassKinds = ['multiHeadAttention'] as const satisfies readonly LayerKind[];

type StackKind = Exclude<LayerKind, (typeof joinKinds | typeof subclassKinds)[number]>;

/** A small network around each kind that a Sequential can hold. */
export const examples: Readonly<Record<StackKind, Example>> = {
  dense: { inputShape: [5], fields: { units: 4, activation: 'elu' } },
  conv1d: { inputShape: series, fields: { filters: 4, kernelSize: [3] }, after: flat },
  conv2d: {
    inputShape: image,
    fields: { filters: 3, kernelSize: [3, 2], strides: [2, 1], padding: 'same' },
    after: flat,
  },
  conv2dTranspose: {
    inputShape: image,
    fields: { filters: 3, kernelSize: [3, 2], strides: [2, 1] },
    after: flat,
  },
  separableConv2d: {
    inputShape: image,
    fields: { filters: 3, kernelSize: [3, 3], padding: 'same' },
    after: flat,
  },
  depthwiseConv2d: {
    inputShape: image,
    fields: { kernelSize: [3, 3], depthMultiplier: 2 },
    after: flat,
  },
  maxPooling1d: { inputShape: series, after: flat },
  maxPooling2d: { inputShape: image, fields: { padding: 'same', poolSize: [3, 3] }, after: flat },
  averagePooling1d: { inputShape: series, after: flat },
  averagePooling2d: { inputShape: image, after: flat },
  globalAveragePooling1d: { inputShape: series },
  globalAveragePooling2d: { inputShape: image },
  globalMaxPooling1d: { inputShape: series },
  globalMaxPooling2d: { inputShape: image },
  flatten: { inputShape: image },
  permute: { inputShape: series, fields: { dims: [2, 1] }, after: flat },
  repeatVector: { inputShape: [5], fields: { n: 3 }, after: flat },
  zeroPadding2d: {
    inputShape: image,
    fields: { padding: [0, 1, 2, 3] },
    after: [{ id: 'conv', kind: 'conv2d', filters: 2, kernelSize: [3, 3] }, ...flat],
  },
  upSampling2d: {
    inputShape: image,
    fields: { size: [2, 3] },
    after: [{ id: 'conv', kind: 'conv2d', filters: 2, kernelSize: [3, 3] }, ...flat],
  },
  normalization: {
    inputShape: [5],
    fields: { mean: [1, -2, 0.5, 0, 0.1], variance: [4, 0.5, 0.1, 1, 2] },
  },
  rescaling: { inputShape: [5], fields: { scale: 0.5, offset: -1 } },
  leakyReLU: { inputShape: [5], fields: { negativeSlope: 0.2 } },
  prelu: {
    inputShape: image,
    fields: { sharedAxes: [1, 2], alphaInitialiser: 'randomUniform' },
    after: flat,
  },
  softmax: { inputShape: series, fields: { axis: 1 }, after: flat },
  reshape: { inputShape: [6, 4], fields: { targetShape: [12, 2] }, after: flat },
  dropout: { inputShape: [8], fields: { rate: 0.4 } },
  spatialDropout1d: { inputShape: series, fields: { rate: 0.4 }, after: flat },
  spatialDropout2d: { inputShape: [4, 4, 8], fields: { rate: 0.4, seed: 3 }, after: flat },
  gaussianDropout: { inputShape: [8], fields: { rate: 0.3 } },
  gaussianNoise: { inputShape: [8], fields: { stddev: 0.5 } },
  batchNormalization: { inputShape: image, after: flat },
  layerNormalization: { inputShape: series, after: flat },
  embedding: {
    inputShape: [4],
    fields: { inputDim: 11, outputDim: 3 },
    after: flat,
  },
  // What is not positive is padding, a third to a half of all steps.
  masking: {
    inputShape: [4, 1],
    before: [{ id: 'positive', kind: 'activation', activation: 'relu' }],
    after: [{ id: 'lstm', kind: 'lstm', units: 4 }],
  },
  lstm: { inputShape: series, fields: { units: 4 } },
  gru: { inputShape: series, fields: { units: 4, returnSequences: true }, after: flat },
  bidirectional: { inputShape: series, fields: { units: 4, returnSequences: true }, after: flat },
  timeDistributed: {
    inputShape: [3, 6, 6, 2],
    fields: {
      layer: {
        kind: 'conv2d',
        filters: 3,
        kernelSize: [3, 2],
        activation: 'tanh',
        weightRules: { kernel: { l2: 0.02 } },
      },
    },
    after: flat,
  },
  activation: { inputShape: [5], fields: { activation: 'swish' } },
};

/** Those that cases by number are made of: their order says which case is which. */
export const usualKinds = [
  'dense',
  'conv1d',
  'conv2d',
  'depthwiseConv2d',
  'maxPooling1d',
  'maxPooling2d',
  'averagePooling1d',
  'averagePooling2d',
  'globalAveragePooling1d',
  'globalAveragePooling2d',
  'flatten',
  'reshape',
  'dropout',
  'batchNormalization',
  'layerNormalization',
  'embedding',
  'lstm',
  'gru',
  'activation',
] as const satisfies readonly (keyof typeof examples)[];

/** Variants of a kind that are built differently. */
export const resetAfterGru = architectureSchema.parse({
  style: 'sequential',
  inputShape: series,
  layers: [
    { id: 'own', kind: 'gru', units: 4, resetAfter: true, returnSequences: true },
    { id: 'other', kind: 'gru', units: 3, resetAfter: true, useBias: false },
    { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
  ],
});

/** Layers that a step leaves as they are. */
export const frozenLayers = architectureSchema.parse({
  style: 'sequential',
  inputShape: image,
  layers: [
    { id: 'conv', kind: 'conv2d', filters: 3, kernelSize: [3, 3], trainable: false },
    { id: 'norm', kind: 'batchNormalization', trainable: false },
    { id: 'flat', kind: 'flatten' },
    { id: 'hidden', kind: 'dense', units: 4, activation: 'relu', trainable: false },
    { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
  ],
});

/** Pixels weighted between neighbours, also along an axis of one, by an odd and an even number. */
export const bilinear = architectureSchema.parse({
  style: 'sequential',
  inputShape: image,
  layers: [
    { id: 'conv', kind: 'conv2d', filters: 3, kernelSize: [6, 3], activation: 'tanh' },
    { id: 'more', kind: 'upSampling2d', size: [2, 3], interpolation: 'bilinear' },
    { id: 'again', kind: 'upSampling2d', size: [3, 1], interpolation: 'bilinear' },
    { id: 'narrower', kind: 'conv2d', filters: 2, kernelSize: [3, 3], strides: [2, 2] },
    { id: 'flat', kind: 'flatten' },
    { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
  ],
});

const penalty = { l1: 0.01, l2: 0.02, constraint: 'none', limit: 2 };

/** Regularisers and constraints of every kind of weights. */
export const ruledLayers = [
  architectureSchema.parse({
    style: 'sequential',
    inputShape: image,
    layers: [
      {
        id: 'conv',
        kind: 'conv2d',
        filters: 3,
        kernelSize: [3, 3],
        activation: 'tanh',
        weightRules: { kernel: penalty, bias: { l2: 0.1 } },
      },
      {
        id: 'norm',
        kind: 'batchNormalization',
        weightRules: { gamma: { l1: 0.01 }, beta: { l2: 0.1 } },
      },
      {
        id: 'apart',
        kind: 'separableConv2d',
        filters: 2,
        kernelSize: [2, 2],
        weightRules: { depthwise: { constraint: 'maxNorm', limit: 0.5 }, pointwise: penalty },
      },
      {
        id: 'slope',
        kind: 'prelu',
        alphaInitialiser: 'randomUniform',
        weightRules: { alpha: { constraint: 'nonNeg' } },
      },
      { id: 'flat', kind: 'flatten' },
      {
        id: 'hidden',
        kind: 'dense',
        units: 5,
        activation: 'relu',
        weightRules: {
          kernel: { constraint: 'unitNorm' },
          bias: { constraint: 'nonNeg', l2: 0.01 },
        },
      },
      {
        id: 'frozen',
        kind: 'dense',
        units: 4,
        trainable: false,
        weightRules: { kernel: { l2: 0.5, constraint: 'maxNorm', limit: 0.1 } },
      },
      {
        id: 'output',
        kind: 'dense',
        units: 3,
        activation: 'softmax',
        weightRules: { kernel: { l2: 0.05 } },
      },
    ],
  }),
  architectureSchema.parse({
    style: 'sequential',
    inputShape: series,
    layers: [
      {
        id: 'lstm',
        kind: 'lstm',
        units: 4,
        returnSequences: true,
        weightRules: {
          kernel: penalty,
          recurrent: { constraint: 'maxNorm', limit: 0.7 },
          bias: { l2: 0.1 },
        },
      },
      { id: 'gru', kind: 'gru', units: 3, weightRules: { recurrent: penalty } },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  }),
];

/** Forms of a kind that are built differently, by name, and kinds that no stack can hold. */
export const variants: Readonly<Record<string, Architecture>> = {
  'GRU that resets after the product': resetAfterGru,
  'layers that are not trained': frozenLayers,
  'bilinear up-sampling': bilinear,
  ...Object.fromEntries(
    ruledLayers.map((own, at) => [`regularisers and constraints ${at + 1}`, own]),
  ),
  'GRU in both directions': architectureSchema.parse({
    style: 'sequential',
    inputShape: series,
    layers: [
      {
        id: 'own',
        kind: 'bidirectional',
        cell: 'gru',
        units: 4,
        resetAfter: true,
        returnSequences: true,
        mergeMode: 'ave',
      },
      { id: 'other', kind: 'bidirectional', cell: 'gru', units: 3, mergeMode: 'mul' },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  }),
  'LSTM in both directions': architectureSchema.parse({
    style: 'sequential',
    inputShape: series,
    layers: [
      {
        id: 'own',
        kind: 'bidirectional',
        units: 4,
        returnSequences: true,
        mergeMode: 'sum',
        weightRules: { recurrent: { l2: 0.02 } },
      },
      { id: 'other', kind: 'bidirectional', units: 3, kernelSeed: 5, useBias: false },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  }),
  'layers on each step': architectureSchema.parse({
    style: 'sequential',
    inputShape: [2, 6, 6, 2],
    layers: [
      {
        id: 'depthwise',
        kind: 'timeDistributed',
        layer: { kind: 'depthwiseConv2d', kernelSize: [3, 3], depthMultiplier: 2 },
      },
      { id: 'pool', kind: 'timeDistributed', layer: { kind: 'maxPooling2d' } },
      { id: 'flat', kind: 'timeDistributed', layer: { kind: 'flatten' } },
      {
        id: 'frozen',
        kind: 'timeDistributed',
        layer: { kind: 'dense', units: 4, trainable: false, kernelSeed: 3 },
      },
      { id: 'norm', kind: 'timeDistributed', layer: { kind: 'layerNormalization' } },
      { id: 'gru', kind: 'gru', units: 3 },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  }),
  /** Words before a layer of their own, beside two series of numbers that share one. */
  'several inputs': architectureSchema.parse({
    style: 'functional',
    inputShape: [16],
    inputs: [
      { name: 'words', shape: [4] },
      { name: 'left', shape: [3, 2] },
      { name: 'right', shape: [3, 2] },
    ],
    members: [
      { id: 'table', kind: 'embedding', inputDim: 4, outputDim: 3 },
      { id: 'shared', kind: 'conv1d', filters: 3, kernelSize: [2], activation: 'tanh' },
      { id: 'apart', kind: 'subtract' },
      { id: 'longer', kind: 'conv1d', filters: 3, kernelSize: [3] },
      { id: 'all', kind: 'concatenate' },
      { id: 'flat', kind: 'flatten' },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      { name: 'b', layer: 'shared', inputs: ['right'] },
      { name: 'a', layer: 'shared', inputs: ['left'] },
      { name: 'apart', layer: 'apart', inputs: ['a', 'b'] },
      { name: 'table', layer: 'table', inputs: ['words'] },
      { name: 'longer', layer: 'longer', inputs: ['table'] },
      { name: 'all', layer: 'all', inputs: ['longer', 'apart'] },
      { name: 'flat', layer: 'flat', inputs: ['all'] },
      { name: 'output', layer: 'output', inputs: ['flat'] },
    ],
  }),
  ...attentionNetworks,
  ...maskedNetworks,
};

/** The example of a kind in both styles. */
export function exampleOf(kind: keyof typeof examples): {
  readonly sequential: Architecture;
  readonly subclass: Architecture;
} {
  const { inputShape, fields, before = [], after = [] } = examples[kind];
  const sequential = architectureSchema.parse({
    style: 'sequential',
    inputShape,
    layers: [
      ...before,
      { id: 'own', kind, ...fields },
      ...after,
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  });
  if (sequential.style !== 'sequential') throw new Error('not reached');
  return {
    sequential,
    subclass: asSubclass(sequential),
  };
}
