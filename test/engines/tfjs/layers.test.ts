import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { architectureSchema } from '../../../shared/architecture/architecture';
import { layerCatalog } from '../../../shared/architecture/layerCatalog';
import { optimiserSchema } from '../../../shared/training/trainingConfig';
import { apart } from '../../helpers/apart';
import {
  examples,
  exampleOf,
  frozenLayers,
  joinKinds,
  ruledLayers,
  subclassKinds,
  variants,
} from '../../helpers/layerExamples';
import { engineHere, trainHere, type Trained } from '../../helpers/trainHere';

const kinds = Object.keys(examples) as (keyof typeof examples)[];
const modes = ['eager', 'graph', 'xla'] as const;

test('every kind of the catalogue is exercised', () => {
  expect([...kinds, ...joinKinds, ...subclassKinds].sort()).toEqual(
    Object.keys(layerCatalog).sort(),
  );
});

test.each(kinds)('%s trains in both styles and all engines', (kind) => {
  const { sequential, subclass, ...rows } = exampleOf(kind);
  const runs = modes.map((engine) => {
    const [own, other] = [sequential, subclass].map((architecture) =>
      trainHere(architecture, { ...rows, engine }),
    ) as [Trained, Trained];
    expect(other).toEqual(own);
    expect(own.results.every(Number.isFinite)).toBe(true);
    expect(own.results.at(-1)).not.toBe(own.results[0]);
    return own;
  });
  const [eager, graph, xla] = runs as [Trained, Trained, Trained];
  expect(apart(graph, eager)).toBeLessThan(2e-6);
  expect(apart(xla, eager)).toBeLessThan(2e-5);
});

// Plain descent: the bias of a key has no gradient but rounding, which Adam makes as large as any other.
const descent = { optimiser: optimiserSchema.parse({ kind: 'sgd', learningRate: 0.05 }) };

test.each(Object.entries(variants))('%s trains in all engines', (_, network) => {
  const [eager, graph, xla] = modes.map((engine) =>
    trainHere(network, { engine, training: descent }),
  ) as [Trained, Trained, Trained];
  expect(apart(graph, eager)).toBeLessThan(2e-6);
  expect(apart(xla, eager)).toBeLessThan(2e-5);
});

test.each(joinKinds)('%s joins branches, and a layer may be called twice', (kind) => {
  const architecture = architectureSchema.parse({
    style: 'subclass',
    inputShape: [5],
    members: [
      { id: 'shared', kind: 'dense', units: 5, activation: 'tanh' },
      { id: 'drop', kind: 'dropout', rate: 0.3 },
      { id: 'join', kind },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      { name: 'once', layer: 'shared', inputs: ['input'] },
      { name: 'dropped', layer: 'drop', inputs: ['once'] },
      { name: 'twice', layer: 'shared', inputs: ['dropped'] },
      { name: 'again', layer: 'drop', inputs: ['twice'] },
      { name: 'joined', layer: 'join', inputs: ['once', 'again'] },
      { name: 'result', layer: 'output', inputs: ['joined'] },
    ],
  });
  const [eager, graph, xla] = modes.map((engine) => trainHere(architecture, { engine })) as [
    Trained,
    Trained,
    Trained,
  ];
  expect(apart(graph, eager)).toBeLessThan(2e-6);
  expect(apart(xla, eager)).toBeLessThan(2e-5);
  expect(eager.weights).toHaveLength(4);
});

test.each(modes)('layers that are not trained stay as they are: %s', (engine) => {
  const before = engineHere(frozenLayers, { engine });
  const start = before.readWeights();
  before.dispose();
  const { weights } = trainHere(frozenLayers, { engine });
  // All but those of the output: moving statistics too.
  expect(weights.slice(0, -2)).toEqual(start.slice(0, -2));
  expect(weights.slice(-2)).not.toEqual(start.slice(-2));
});

test('no layer leaves a tensor behind', () => {
  const before = tf.memory().numTensors;
  for (const kind of kinds) {
    const { subclass, ...rows } = exampleOf(kind);
    trainHere(subclass, { ...rows, engine: 'graph' });
  }
  expect(tf.memory().numTensors).toBe(before);
});

test.each(ruledLayers)(
  'regularisers and constraints act alike in every engine: network %#',
  (network) => {
    const [eager, graph, xla] = modes.map((engine) =>
      trainHere(network, { engine, steps: 12 }),
    ) as [Trained, Trained, Trained];
    expect(apart(graph, eager)).toBeLessThan(2e-6);
    expect(apart(xla, eager)).toBeLessThan(2e-5);
    // What they ask is so after the last step.
    const values = (layer: string, role: string) => {
      const found = eager.weights.find((own) => own.layer === layer && own.role === role);
      return found === undefined ? null : found;
    };
    const bias = values('hidden', 'bias');
    if (bias !== null) expect([...bias.values].every((own) => own >= 0)).toBe(true);
    const kernel = values('hidden', 'kernel');
    if (kernel !== null) {
      const [rows = 0, columns = 0] = kernel.shape;
      const norms = Array.from({ length: columns }, (_, column) =>
        Math.hypot(
          ...Array.from(
            { length: rows },
            (_own, row) => kernel.values[row * columns + column] ?? NaN,
          ),
        ),
      );
      for (const norm of norms) expect(norm).toBeCloseTo(1, 5);
    }
    const plain = architectureSchema.parse({
      ...network,
      ...('layers' in network && {
        layers: network.layers.map((layer) => ({
          ...layer,
          ...('weightRules' in layer && { weightRules: {} }),
        })),
      }),
    });
    const without = trainHere(plain, { engine: 'eager', steps: 12 });
    // The penalty is a part of the first loss already.
    expect(eager.results[0]).toBeGreaterThan((without.results[0] ?? 0) + 1e-3);
  },
);
