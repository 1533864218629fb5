import { asSubclass, INPUT, type SubclassArchitecture } from './architecture';
import type { BuiltinName } from '../data/builtinData';
import type { TrainingConfig } from '../training/trainingConfig';
import { architectureSchema, type SequentialArchitecture } from './architecture';

export interface Template {
  readonly name: string;
  readonly summary: string;
  /** The built-in data that it fits. */
  readonly data: BuiltinName;
  /** How it is trained, where that is not as a classifier. */
  readonly training?: Pick<TrainingConfig, 'loss' | 'batchSize' | 'epochs'>;
  /** Null if the network is not a stack. */
  readonly sequential: SequentialArchitecture | null;
  readonly subclass: SubclassArchitecture;
}

/** Networks to start from. They fit the built-in data sets: Iris has rows of 4 in 3 classes, digits rows of 64 in 10, series 28 numbers to predict. */
export const templates: readonly Template[] = [
  stack(
    'Article',
    'The network of the article: two hidden layers on Iris',
    'iris',
    [4],
    [
      {
        id: 'hidden1',
        kind: 'dense',
        units: 64,
        activation: 'relu',
        kernelInitialiser: 'heNormal',
      },
      {
        id: 'hidden2',
        kind: 'dense',
        units: 64,
        activation: 'relu',
        kernelInitialiser: 'heNormal',
      },
      {
        id: 'output',
        kind: 'dense',
        units: 3,
        activation: 'softmax',
        kernelInitialiser: 'heNormal',
      },
    ],
  ),
  stack(
    'MLP',
    'Dense layers with dropout on digits',
    'digits',
    [64],
    [
      { id: 'hidden1', kind: 'dense', units: 128, activation: 'relu' },
      { id: 'dropout1', kind: 'dropout', rate: 0.3 },
      { id: 'hidden2', kind: 'dense', units: 64, activation: 'relu' },
      { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
    ],
  ),
  stack(
    'LeNet',
    'Convolution and pooling on digits of 8 x 8',
    'digits',
    [8, 8, 1],
    [
      {
        id: 'conv1',
        kind: 'conv2d',
        filters: 6,
        kernelSize: [3, 3],
        padding: 'same',
        activation: 'tanh',
      },
      { id: 'pool1', kind: 'averagePooling2d' },
      {
        id: 'conv2',
        kind: 'conv2d',
        filters: 16,
        kernelSize: [3, 3],
        padding: 'same',
        activation: 'tanh',
      },
      { id: 'pool2', kind: 'averagePooling2d' },
      { id: 'flat', kind: 'flatten' },
      { id: 'hidden1', kind: 'dense', units: 84, activation: 'tanh' },
      { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
    ],
  ),
  {
    name: 'Residual block',
    summary: 'A branch that is added to its own input, on digits',
    data: 'digits',
    sequential: null,
    subclass: architectureSchema.parse({
      style: 'subclass',
      inputShape: [64],
      members: [
        { id: 'entry', kind: 'dense', units: 32, activation: 'relu' },
        { id: 'branch1', kind: 'dense', units: 32, activation: 'relu' },
        { id: 'branch2', kind: 'dense', units: 32 },
        { id: 'sum', kind: 'add' },
        { id: 'relu', kind: 'activation' },
        { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
      ],
      calls: [
        { name: 'entry', layer: 'entry', inputs: [INPUT] },
        { name: 'branch1', layer: 'branch1', inputs: ['entry'] },
        { name: 'branch2', layer: 'branch2', inputs: ['branch1'] },
        { name: 'sum', layer: 'sum', inputs: ['entry', 'branch2'] },
        { name: 'relu', layer: 'relu', inputs: ['sum'] },
        { name: 'output', layer: 'output', inputs: ['relu'] },
      ],
    }) as SubclassArchitecture,
  },
  stack(
    'LSTM',
    'Rows of an image as steps of a series, on digits',
    'digits',
    [8, 8],
    [
      { id: 'lstm1', kind: 'lstm', units: 32 },
      { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
    ],
  ),
  {
    ...stack(
      'Two convolutions',
      'The network of keras#20577, whose losses differ by style on JAX: series to smooth',
      'series',
      [32, 1],
      [
        { id: 'conv1', kind: 'conv1d', filters: 1, kernelSize: [3] },
        { id: 'conv2', kind: 'conv1d', filters: 1, kernelSize: [3] },
        { id: 'flat', kind: 'flatten' },
      ],
    ),
    training: { loss: 'meanSquaredError', batchSize: 8, epochs: 3 },
  },
];

function stack(
  name: string,
  summary: string,
  data: Template['data'],
  inputShape: number[],
  layers: object[],
): Template {
  const sequential = architectureSchema.parse({
    style: 'sequential',
    inputShape,
    layers,
  }) as SequentialArchitecture;
  return { name, summary, data, sequential, subclass: asSubclass(sequential) };
}
