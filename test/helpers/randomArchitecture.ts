import {
  architectureSchema,
  asSubclass,
  type SequentialArchitecture,
  type SubclassArchitecture,
} from '../../shared/architecture/architecture';
import { outputShape, layerSpecSchema } from '../../shared/architecture/layerCatalog';
import type { Shape } from '../../shared/architecture/layers/definition';
import { streamFor, type Generator } from '../../shared/random/streams';

type Choices = readonly ((draw: Generator) => object)[][];

/** Fields of kinds that may follow a shape of so many axes. */
const usual: Choices = [
  [],
  [
    (draw) => ({ kind: 'dense', units: 2 + whole(draw, 6), activation: activation(draw) }),
    (draw) => ({ kind: 'activation', activation: activation(draw) }),
    (draw) => ({ kind: 'dropout', rate: 0.1 + 0.4 * draw() }),
    () => ({ kind: 'batchNormalization' }),
    () => ({ kind: 'layerNormalization' }),
  ],
  [
    (draw) => ({ kind: 'conv1d', filters: 2 + whole(draw, 3), kernelSize: [2], ...padding(draw) }),
    (draw) => ({ kind: 'maxPooling1d', ...padding(draw) }),
    (draw) => ({ kind: 'averagePooling1d', ...padding(draw) }),
    (draw) => ({ kind: 'lstm', units: 2 + whole(draw, 3), returnSequences: draw() < 0.5 }),
    (draw) => ({ kind: 'gru', units: 2 + whole(draw, 3), returnSequences: draw() < 0.5 }),
    () => ({ kind: 'globalAveragePooling1d' }),
    () => ({ kind: 'layerNormalization' }),
    () => ({ kind: 'flatten' }),
    (draw) => ({ kind: 'dense', units: 2 + whole(draw, 4), activation: activation(draw) }),
  ],
  [
    (draw) => ({
      kind: 'conv2d',
      filters: 2 + whole(draw, 3),
      kernelSize: [1 + whole(draw, 3), 2],
      activation: activation(draw),
      ...padding(draw),
    }),
    (draw) => ({ kind: 'depthwiseConv2d', kernelSize: [2, 2], ...padding(draw) }),
    (draw) => ({ kind: 'maxPooling2d', ...padding(draw) }),
    (draw) => ({ kind: 'averagePooling2d', ...padding(draw) }),
    () => ({ kind: 'globalAveragePooling2d' }),
    () => ({ kind: 'batchNormalization' }),
    () => ({ kind: 'flatten' }),
    (draw) => ({ kind: 'dropout', rate: 0.1 + 0.4 * draw() }),
  ],
];

/** All kinds. What is looked for by seed elsewhere is drawn of the usual ones, and does not change with these. */
const all: Choices = [
  [],
  [
    ...(usual[1] ?? []),
    () => ({ kind: 'prelu' }),
    (draw) => ({ kind: 'leakyReLU', negativeSlope: 0.1 + 0.4 * draw() }),
    (draw) => ({ kind: 'repeatVector', n: 2 + whole(draw, 3) }),
    (draw) => ({ kind: 'rescaling', scale: 0.5 + draw(), offset: -draw() }),
  ],
  [
    ...(usual[2] ?? []),
    () => ({ kind: 'globalMaxPooling1d' }),
    () => ({ kind: 'permute', dims: [2, 1] }),
    (draw) => ({ kind: 'softmax', axis: 1 + whole(draw, 2) }),
  ],
  [
    ...(usual[3] ?? []),
    (draw) => ({
      kind: 'conv2dTranspose',
      filters: 2 + whole(draw, 2),
      kernelSize: [2, 1 + whole(draw, 3)],
      strides: [1 + whole(draw, 2), 1],
      ...padding(draw),
    }),
    (draw) => ({ kind: 'separableConv2d', filters: 3, kernelSize: [2, 2], ...padding(draw) }),
    (draw) => ({ kind: 'zeroPadding2d', padding: [0, 1, whole(draw, 2), 1] }),
    () => ({ kind: 'upSampling2d' }),
    () => ({ kind: 'prelu', sharedAxes: [1, 2] }),
    () => ({ kind: 'globalMaxPooling2d' }),
  ],
];

const inputShapes: readonly Shape[] = [[7], [6, 3], [6, 5, 2]];

/** A valid Sequential of up to `most` random layers and a classifier of three; the seed decides. */
export function randomSequential(
  seed: number,
  most = 4,
  kinds: 'all' | 'usual' = 'all',
): SequentialArchitecture {
  const choices = kinds === 'all' ? all : usual;
  const draw = streamFor(`architecture ${seed}`, { purpose: 'shuffle', epoch: 0 });
  const inputShape = pick(draw, inputShapes);
  const layers: object[] = [];
  let shape = inputShape;
  const add = (fields: object) => {
    const spec = layerSpecSchema.parse({ id: `layer${layers.length + 1}`, ...fields });
    const next = outputShape(spec, [shape]);
    if ('problem' in next) return;
    layers.push(spec);
    shape = next;
  };
  const count = 1 + whole(draw, most);
  while (layers.length < count) add(pick(draw, choices[shape.length] ?? [])(draw));
  if (shape.length > 1) add({ kind: 'flatten' });
  add({ kind: 'dense', units: 3, activation: 'softmax' });
  return architectureSchema.parse({
    style: 'sequential',
    inputShape: [...inputShape],
    layers,
  }) as SequentialArchitecture;
}

/** A valid subclass with a branch that is joined again, a shared layer and random ones around. */
export function randomBranches(seed: number, kinds: 'all' | 'usual' = 'all'): SubclassArchitecture {
  const { inputShape, members, calls } = asSubclass(randomSequential(seed, 2, kinds));
  const draw = streamFor(`branches ${seed}`, { purpose: 'shuffle', epoch: 0 });
  const last = calls.at(-1)?.name ?? '';
  const join =
    kinds === 'usual'
      ? draw() < 0.5
        ? 'add'
        : 'concatenate'
      : pick(draw, ['add', 'subtract', 'average', 'maximum', 'multiply', 'concatenate']);
  return architectureSchema.parse({
    style: 'subclass',
    inputShape: [...inputShape],
    members: [
      ...members,
      { id: 'branch', kind: 'dense', units: 3, activation: activation(draw) },
      { id: 'join', kind: join },
      { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
    ],
    calls: [
      ...calls,
      { name: 'left', layer: 'branch', inputs: [last] },
      { name: 'right', layer: 'branch', inputs: ['left'] },
      { name: 'joined', layer: 'join', inputs: ['right', last] },
      { name: 'result', layer: 'output', inputs: ['joined'] },
    ],
  }) as SubclassArchitecture;
}

function activation(draw: Generator): string {
  return pick(draw, ['linear', 'relu', 'tanh', 'sigmoid', 'elu', 'softplus', 'swish']);
}

function padding(draw: Generator): object {
  return { padding: draw() < 0.5 ? 'same' : 'valid' };
}

function whole(draw: Generator, below: number): number {
  return Math.floor(draw() * below);
}

function pick<T>(draw: Generator, from: readonly T[]): T {
  return from[whole(draw, from.length)] as T;
}
