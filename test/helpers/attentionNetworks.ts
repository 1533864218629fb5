import { architectureSchema } from '../../shared/architecture/architecture';

const attention = { numHeads: 2, keyDim: 3, dropout: 0, useBias: true };

/** Attention of a series to itself. */
const toItself = (fields: object) =>
  architectureSchema.parse({
    style: 'subclass',
    inputShape: [6, 3],
    members: [
      { id: 'wider', kind: 'dense', units: 4, activation: 'tanh' },
      { id: 'own', kind: 'multiHeadAttention', ...attention, ...fields },
      { id: 'sum', kind: 'add' },
      { id: 'norm', kind: 'layerNormalization' },
      { id: 'flat', kind: 'flatten' },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      { name: 'wider', layer: 'wider', inputs: ['input'] },
      { name: 'own', layer: 'own', inputs: ['wider', 'wider'] },
      { name: 'sum', layer: 'sum', inputs: ['wider', 'own'] },
      { name: 'norm', layer: 'norm', inputs: ['sum'] },
      { name: 'flat', layer: 'flat', inputs: ['norm'] },
      { name: 'output', layer: 'output', inputs: ['flat'] },
    ],
  });

export const attentionNetworks = {
  'attention to itself': toItself({ biasInitialiser: 'ones' }),
  // Without dropout Keras on JAX asks for values as wide as keys.
  'attention that drops': toItself({ valueDim: 5, dropout: 0.2 }),
  /** To another series, with a key of its own. */
  'causal attention': architectureSchema.parse({
    style: 'subclass',
    inputShape: [6, 3],
    members: [
      { id: 'shorter', kind: 'maxPooling1d' },
      { id: 'key', kind: 'dense', units: 2, activation: 'tanh' },
      {
        id: 'own',
        kind: 'multiHeadAttention',
        ...attention,
        useBias: false,
        useCausalMask: true,
        outputShape: 3,
        weightRules: { kernel: { l2: 0.01, constraint: 'maxNorm', limit: 1 } },
      },
      { id: 'flat', kind: 'flatten' },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      { name: 'shorter', layer: 'shorter', inputs: ['input'] },
      { name: 'key', layer: 'key', inputs: ['shorter'] },
      { name: 'own', layer: 'own', inputs: ['input', 'shorter', 'key'] },
      { name: 'again', layer: 'own', inputs: ['own', 'shorter', 'key'] },
      { name: 'flat', layer: 'flat', inputs: ['again'] },
      { name: 'output', layer: 'output', inputs: ['flat'] },
    ],
  }),
} as const;
