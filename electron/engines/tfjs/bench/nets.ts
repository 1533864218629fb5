import type { TrainingData } from '../../../training/trainingData';
import {
  architectureSchema,
  type SequentialArchitecture,
} from '../../../../shared/architecture/architecture';
import { forwardPlan } from '../../../../shared/architecture/forwardPlan';
import { sizeOf } from '../../../../shared/architecture/shape';
import { articleNetwork } from '../../../../shared/protocols/articleNetwork';
import { normal } from '../../../../shared/random/distributions';
import { streamFor } from '../../../../shared/random/streams';

export interface Net {
  readonly name: string;
  readonly architecture: SequentialArchitecture;
  readonly batchSize: number;
  /** Steps of one timed round. */
  readonly steps: number;
  /** The faster compiled mode here, for the recorded runs. */
  readonly recordedMode: 'graph' | 'xla';
}

function net(
  name: string,
  batchSize: number,
  steps: number,
  inputShape: readonly number[],
  layers: readonly object[],
  recordedMode: Net['recordedMode'],
): Net {
  const named = layers.map((layer, index) => ({ id: `layer${index + 1}`, ...layer }));
  const architecture = architectureSchema.parse({
    style: 'sequential',
    inputShape,
    layers: named,
  }) as SequentialArchitecture;
  return { name, architecture, batchSize, steps, recordedMode };
}

/** What is measured; the peers in peers.py build the same networks. */
export const nets: readonly Net[] = [
  {
    name: '20-64-64-10 b32',
    architecture: articleNetwork(20, [64, 64], 10),
    batchSize: 32,
    steps: 4_096,
    recordedMode: 'xla',
  },
  {
    name: '784-512-512-10 b128',
    architecture: articleNetwork(784, [512, 512], 10),
    batchSize: 128,
    steps: 64,
    recordedMode: 'xla',
  },
  // LeCun et al. 1998 in today's form: relu, maximum pooling, softmax.
  net(
    'lenet b64',
    64,
    48,
    [28, 28, 1],
    [
      { kind: 'conv2d', filters: 6, kernelSize: [5, 5], padding: 'same', activation: 'relu' },
      { kind: 'maxPooling2d' },
      { kind: 'conv2d', filters: 16, kernelSize: [5, 5], activation: 'relu' },
      { kind: 'maxPooling2d' },
      { kind: 'flatten' },
      { kind: 'dense', units: 120, activation: 'relu' },
      { kind: 'dense', units: 84, activation: 'relu' },
      { kind: 'dense', units: 10, activation: 'softmax' },
    ],
    'graph',
  ),
  net(
    'lstm 12x16 b32',
    32,
    256,
    [12, 8],
    [
      { kind: 'lstm', units: 16 },
      { kind: 'dense', units: 10, activation: 'softmax' },
    ],
    'xla',
  ),
];

/** Rows enough for 16 batches, drawn from a stream of our own. */
export function someData({ architecture, batchSize }: Net): TrainingData {
  const draw = streamFor('bench', { purpose: 'shuffle', epoch: 0 });
  const [rows, features] = [batchSize * 16, sizeOf(architecture.inputShape)];
  const targetSize = sizeOf(forwardPlan(architecture).calls.at(-1)?.output ?? []);
  const targets = new Float32Array(rows * targetSize);
  for (let row = 0; row < rows; row++) {
    targets[row * targetSize + Math.floor(draw() * targetSize)] = 1;
  }
  return {
    rows,
    validationRows: 0,
    inputShape: architecture.inputShape,
    inputs: Float32Array.from({ length: rows * features }, () => normal(draw)),
    targetSize,
    changesInputs: false,
    rowWeights: null,
    targets,
  };
}
