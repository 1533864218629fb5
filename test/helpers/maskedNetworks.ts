import { architectureSchema } from '../../shared/architecture/architecture';

/** Steps that are padding, passed over in every way that there is. */
export const maskedNetworks = {
  /** The mask ends where the sequence does: the last layer has none. */
  'padding between words': architectureSchema.parse({
    style: 'sequential',
    inputShape: [4],
    layers: [
      { id: 'words', kind: 'embedding', inputDim: 4, outputDim: 3, maskZero: true },
      { id: 'drop', kind: 'spatialDropout1d', rate: 0.2 },
      { id: 'own', kind: 'lstm', units: 4, returnSequences: true },
      { id: 'wide', kind: 'dense', units: 5, activation: 'tanh' },
      { id: 'other', kind: 'gru', units: 3, resetAfter: true },
      { id: 'again', kind: 'repeatVector', n: 2 },
      { id: 'last', kind: 'gru', units: 3 },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  }),
  'padding in both directions': architectureSchema.parse({
    style: 'sequential',
    inputShape: [4],
    layers: [
      { id: 'words', kind: 'embedding', inputDim: 4, outputDim: 3, maskZero: true },
      { id: 'own', kind: 'bidirectional', units: 4, returnSequences: true },
      { id: 'norm', kind: 'batchNormalization', momentum: 0.8 },
      { id: 'mean', kind: 'globalAveragePooling1d' },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
  }),
  'padding where values are joined': architectureSchema.parse({
    style: 'functional',
    inputShape: [6],
    members: [
      { id: 'words', kind: 'embedding', inputDim: 4, outputDim: 1, maskZero: true },
      { id: 'places', kind: 'embedding', inputDim: 4, outputDim: 1 },
      { id: 'positive', kind: 'activation', activation: 'relu' },
      { id: 'scores', kind: 'masking' },
      { id: 'largest', kind: 'maximum' },
      { id: 'product', kind: 'multiply' },
      { id: 'least', kind: 'minimum' },
      { id: 'sum', kind: 'add' },
      { id: 'both', kind: 'concatenate' },
      { id: 'attention', kind: 'multiHeadAttention', numHeads: 2, keyDim: 4, dropout: 0 },
      { id: 'mean', kind: 'globalAveragePooling1d' },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      { name: 'words', layer: 'words', inputs: ['input'] },
      { name: 'places', layer: 'places', inputs: ['input'] },
      { name: 'positive', layer: 'positive', inputs: ['places'] },
      { name: 'scores', layer: 'scores', inputs: ['positive'] },
      { name: 'largest', layer: 'largest', inputs: ['words', 'places'] },
      { name: 'product', layer: 'product', inputs: ['words', 'scores', 'largest'] },
      { name: 'least', layer: 'least', inputs: ['words', 'scores'] },
      { name: 'sum', layer: 'sum', inputs: ['words', 'least'] },
      { name: 'both', layer: 'both', inputs: ['sum', 'product'] },
      { name: 'attention', layer: 'attention', inputs: ['both', 'words'] },
      { name: 'mean', layer: 'mean', inputs: ['attention'] },
      { name: 'output', layer: 'output', inputs: ['mean'] },
    ],
  }),
  /** Layers of equal sizes, of which masks change the order in Keras' files; under the name of an operation of Keras. */
  'padding on one side': architectureSchema.parse({
    style: 'functional',
    inputShape: [4],
    members: [
      { id: 'plain', kind: 'embedding', inputDim: 4, outputDim: 3 },
      { id: 'padded', kind: 'embedding', inputDim: 4, outputDim: 3, maskZero: true },
      { id: 'left', kind: 'lstm', units: 3, returnSequences: true },
      { id: 'right', kind: 'lstm', units: 3, returnSequences: true },
      { id: 'concatenate', kind: 'concatenate' },
      { id: 'state', kind: 'gru', units: 3, resetAfter: true },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      { name: 'plain', layer: 'plain', inputs: ['input'] },
      { name: 'padded', layer: 'padded', inputs: ['input'] },
      { name: 'left', layer: 'left', inputs: ['plain'] },
      { name: 'right', layer: 'right', inputs: ['padded'] },
      { name: 'concatenate', layer: 'concatenate', inputs: ['left', 'right'] },
      { name: 'state', layer: 'state', inputs: ['concatenate'] },
      { name: 'output', layer: 'output', inputs: ['state'] },
    ],
  }),
} as const;

/** Attention before a sum with what it was called on: Keras computes another thing in either style. */
export const residualMasks = architectureSchema.parse({
  style: 'functional',
  inputShape: [5],
  members: [
    { id: 'words', kind: 'embedding', inputDim: 4, outputDim: 4, maskZero: true },
    { id: 'attention', kind: 'multiHeadAttention', numHeads: 2, keyDim: 4, dropout: 0 },
    { id: 'sum', kind: 'add' },
    { id: 'state', kind: 'lstm', units: 3 },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  calls: [
    { name: 'words', layer: 'words', inputs: ['input'] },
    { name: 'attention', layer: 'attention', inputs: ['words', 'words'] },
    { name: 'sum', layer: 'sum', inputs: ['words', 'attention'] },
    { name: 'state', layer: 'state', inputs: ['sum'] },
    { name: 'output', layer: 'output', inputs: ['state'] },
  ],
});
