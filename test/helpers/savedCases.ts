import { architectureSchema, type Architecture } from '../../shared/architecture/architecture';
import { asFunctional } from '../../shared/architecture/bothStyles';
import { inputsOf } from '../../shared/architecture/inputs';
import { sizeOf } from '../../shared/architecture/shape';
import { stepFeeds } from '../../electron/engines/tfjs/stepFeeds';
import type { WeightValues } from '../../electron/runs/weightValues';
import { trainingSchema } from '../../shared/training/trainingConfig';
import { examples, exampleOf, joinKinds, variants } from './layerExamples';
import { randomBranches, randomSequential } from './randomArchitecture';
import { batchesHere, engineHere, someRows } from './trainHere';

/** A trained network with what it outputs for some rows. */
export interface SavedCase {
  readonly name: string;
  readonly architecture: Architecture;
  readonly weights: readonly WeightValues[];
  /** Of some rows. */
  readonly inputs: readonly GivenInput[];
  readonly outputs: readonly number[];
}

export interface GivenInput {
  readonly name: string;
  /** With the axis of the rows. */
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const ROWS = 6;

/** Branches of unequal length with several layers of a kind, some called twice: names are counted by order. */
const branches = architectureSchema.parse({
  style: 'subclass',
  inputShape: [5],
  members: [
    { id: 'long1', kind: 'dense', units: 4, activation: 'tanh' },
    { id: 'short', kind: 'dense', units: 5, activation: 'relu' },
    { id: 'long2', kind: 'dense', units: 5, activation: 'tanh' },
    { id: 'shared', kind: 'dense', units: 5, activation: 'tanh' },
    { id: 'norm', kind: 'batchNormalization' },
    { id: 'both', kind: 'add' },
    { id: 'all', kind: 'concatenate' },
    { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
  ],
  calls: [
    { name: 'a1', layer: 'short', inputs: ['input'] },
    { name: 'b1', layer: 'long1', inputs: ['input'] },
    { name: 'b2', layer: 'long2', inputs: ['b1'] },
    { name: 'b3', layer: 'shared', inputs: ['b2'] },
    { name: 'n', layer: 'norm', inputs: ['b3'] },
    { name: 'a2', layer: 'shared', inputs: ['a1'] },
    { name: 'sum', layer: 'both', inputs: ['a2', 'n'] },
    { name: 'joined', layer: 'all', inputs: ['sum', 'a1', 'b1'] },
    { name: 'result', layer: 'output', inputs: ['joined'] },
  ],
});

const joined = (kind: (typeof joinKinds)[number]) =>
  architectureSchema.parse({
    style: 'subclass',
    inputShape: [5],
    members: [
      { id: 'one', kind: 'dense', units: 5, activation: 'tanh' },
      { id: 'own', kind },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      { name: 'a', layer: 'one', inputs: ['input'] },
      { name: 'b', layer: 'own', inputs: ['a', 'input'] },
      { name: 'c', layer: 'output', inputs: ['b'] },
    ],
  });

/** Every layer kind, in both styles where it can be, and networks of many. @param random how many of these */
export function savedCases(random: number): readonly SavedCase[] {
  const kinds = Object.keys(examples) as (keyof typeof examples)[];
  return [
    ...kinds.flatMap((kind) => {
      const { sequential, subclass } = exampleOf(kind);
      return [
        caseOf(kind, sequential),
        ...(kinds.indexOf(kind) % 4 === 0 ? [caseOf(`${kind}, subclass`, subclass)] : []),
      ];
    }),
    ...joinKinds.map((kind) => caseOf(kind, joined(kind))),
    ...Object.entries(variants).map(([name, own]) => caseOf(name, own)),
    caseOf('branches', branches),
    ...Array.from({ length: random }, (_, seed) => caseOf(`random ${seed}`, randomNetwork(seed))),
  ];
}

/** Of each style in turn. */
function randomNetwork(seed: number): Architecture {
  if (seed % 2 === 0) return randomSequential(seed);
  return seed % 4 === 1 ? randomBranches(seed) : asFunctional(randomBranches(seed));
}

function caseOf(name: string, architecture: Architecture): SavedCase {
  const engine = engineHere(architecture, { engine: 'eager' });
  try {
    const training = trainingSchema.parse({});
    const feedOf = stepFeeds({ regime: 'controlled', seed: '7' }, training, engine.dropoutCalls);
    engine.run(batchesHere(3, 6).map((rows, step) => feedOf(step + 1, rows)));
    const { inputs } = someRows(architecture);
    const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
    return {
      name,
      architecture,
      weights: engine.readWeights(),
      inputs: inputsGiven(architecture, inputs),
      outputs: [...engine.predict([rows])],
    };
  } finally {
    engine.dispose();
  }
}

/** Of the first rows of all. */
function inputsGiven(architecture: Architecture, all: Float32Array): GivenInput[] {
  const width = sizeOf(architecture.inputShape);
  return inputsOf(architecture).map(({ name, shape, from, size }) => ({
    name,
    shape: [ROWS, ...shape],
    values: Array.from({ length: ROWS }, (_, row) => [
      ...all.subarray(row * width + from, row * width + from + size),
    ]).flat(),
  }));
}

/** The largest difference, in absolute terms. */
export function farthestApart(own: readonly number[], its: readonly number[]): number {
  if (own.length !== its.length) return Infinity;
  return own.reduce((most, value, at) => Math.max(most, Math.abs(value - (its[at] ?? NaN))), 0);
}
