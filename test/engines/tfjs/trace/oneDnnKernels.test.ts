import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nets, type Net } from '../../../../electron/engines/tfjs/bench/nets';
import { usesOneDnn } from '../../../../electron/engines/tfjs/trace/nativeBackend';
import { withOneDnnKernels } from '../../../../electron/engines/tfjs/trace/oneDnnKernels';
import type { StepProgram } from '../../../../electron/engines/tfjs/trace/program';
import type { RecordedOp } from '../../../../electron/engines/tfjs/trace/recorder';
import { DT, type Attribute } from '../../../../electron/engines/tfjs/trace/wire';
import { optimiserSchema } from '../../../../shared/training/trainingConfig';
import { apart } from '../../../helpers/apart';
import { exampleOf } from '../../../helpers/layerExamples';
import { randomSequential } from '../../../helpers/randomArchitecture';
import { trainHere, type Trained } from '../../../helpers/trainHere';

const value = (id: number, ...shape: number[]) => ({ id, dtype: DT.float32, shape });
const op = (
  name: string,
  inputs: number[],
  output: ReturnType<typeof value>,
  attributes: Record<string, Attribute> = {},
): RecordedOp => ({ op: name, attributes, inputs, outputs: [output] });

/** Inputs 1 [2, 4, 4, 3] and 2 [1000, 100]; state 3, 4 and 5 for filter, bias and matrix. */
const program = (result: number, ...ops: RecordedOp[]): StepProgram => ({
  inputs: [value(1, 2, 4, 4, 3), value(2, 1000, 100)],
  state: [value(3, 2, 2, 3, 5), value(4, 5), value(5, 100, 20), value(6, 100, 5)].map(
    ({ id, ...own }, variable) => ({
      ...own,
      before: id,
      after: id,
      parts: [{ variable, shape: own.shape }],
    }),
  ),
  result: value(result),
  ops,
  constants: new Map(),
  numbers: [],
});
const conv = op('Conv2D', [1, 3], value(10, 2, 4, 4, 5));
const bias = op('BiasAdd', [10, 4], value(11, 2, 4, 4, 5));
const relu = op('Relu', [11], value(12, 2, 4, 4, 5));
const shown = (made: StepProgram) =>
  made.ops.map(({ op: name, inputs, outputs }) => [name, inputs, outputs.map(({ id }) => id)]);

test('a convolution is fused with its bias and relu', () => {
  const made = withOneDnnKernels(program(12, conv, bias, relu));
  expect(shown(made)).toEqual([['_MklNativeFusedConv2D', [1, 3, 4], [12]]]);
  expect(made.ops[0]?.attributes).toMatchObject({
    fused_ops: { value: ['BiasAdd', 'Relu'] },
    _kernel: { value: 'MklNameChangeOp' },
  });
});

test('a value that is also used elsewhere is kept', () => {
  const again = op('Neg', [11], value(13, 2, 4, 4, 5));
  expect(shown(withOneDnnKernels(program(13, conv, bias, relu, again)))).toEqual([
    ['_MklNativeFusedConv2D', [1, 3, 4], [11]],
    ['Relu', [11], [12]],
    ['Neg', [11], [13]],
  ]);
  expect(shown(withOneDnnKernels(program(10, conv, bias, relu)))).toEqual([
    ['_MklNativeConv2D', [1, 3], [10]],
    ['BiasAdd', [10, 4], [11]],
    ['Relu', [11], [12]],
  ]);
});

test('only large matrix products', () => {
  const large = op('MatMul', [2, 5], value(20, 1000, 20));
  const small = op('MatMul', [2, 6], value(21, 1000, 5));
  expect(shown(withOneDnnKernels(program(21, large, small)))).toEqual([
    ['_MklMatMul', [2, 5], [20]],
    ['MatMul', [2, 6], [21]],
  ]);
  const transposed = op('MatMul', [2, 2], value(22, 100, 100), {
    transpose_a: { kind: 'bool', value: true },
  });
  expect(shown(withOneDnnKernels(program(22, transposed)))).toEqual([['_MklMatMul', [2, 2], [22]]]);
});

test.each([false, true])('filter and bias have one gradient; the filter first: %s', (isFirst) => {
  const filter = op('Conv2DBackpropFilter', [1, 7, 12], value(30, 2, 2, 3, 5));
  const ofBias = op('BiasAddGrad', [12], value(31, 5));
  const both = isFirst ? [filter, ofBias] : [ofBias, filter];
  expect(shown(withOneDnnKernels(program(30, conv, bias, relu, ...both)))).toEqual([
    ['_MklNativeFusedConv2D', [1, 3, 4], [12]],
    ['_MklNativeConv2DBackpropFilterWithBias', [1, 7, 12], [30, 31]],
  ]);
});

test('pooling passes the positions of its maxima to its gradient, and keeps none without one', () => {
  const pool = op('MaxPool', [1], value(40, 2, 2, 2, 3));
  const gradient = op('MaxPoolGrad', [1, 40, 8], value(41, 2, 4, 4, 3));
  const trained = withOneDnnKernels(program(41, pool, gradient));
  expect(shown(trained)).toEqual([
    ['_MklNativeMaxPool', [1], [40, -1]],
    ['_MklNativeMaxPoolGrad', [1, 40, 8, -1], [41]],
  ]);
  const isNoted = ({ ops }: StepProgram) => ops.map(({ attributes: a }) => a['workspace_enabled']);
  expect(isNoted(trained)).toMatchObject([{ value: true }, { value: true }]);
  expect(isNoted(withOneDnnKernels(program(40, pool)))).toMatchObject([{ value: false }]);
});

test('oneDNN is used where TensorFlow is told so', () => {
  expect(usesOneDnn({})).toBe(false);
  expect(usesOneDnn({ TF_ENABLE_ONEDNN_OPTS: '0' })).toBe(false);
  expect(usesOneDnn({ TF_ENABLE_ONEDNN_OPTS: '1' })).toBe(process.arch === 'x64');
});

// Tests run without oneDNN; its kernels are there all the same, and the graph takes them.
beforeEach(() => vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '1'));
afterEach(() => vi.unstubAllEnvs());

// Adam would amplify the sign of a gradient that is nearly zero.
const training = { optimiser: optimiserSchema.parse({ kind: 'momentum' }) };

test.each([
  'conv1d',
  'conv2d',
  'depthwiseConv2d',
  'maxPooling1d',
  'maxPooling2d',
  'averagePooling1d',
  'averagePooling2d',
] as const)('%s trains by oneDNN within rounding of eager', (kind) => {
  const { sequential, subclass, ...rows } = exampleOf(kind);
  void subclass;
  const [eager, graph] = (['eager', 'graph'] as const).map((engine) =>
    trainHere(sequential, { ...rows, engine }),
  ) as [Trained, Trained];
  expect(apart(graph, eager)).toBeLessThan(1e-5);
});

test('LeNet and a large dense network train by oneDNN within rounding of eager', () => {
  for (const name of ['lenet', '784']) {
    const { architecture } = nets.find((net) => net.name.startsWith(name)) as Net;
    const [eager, graph] = (['eager', 'graph'] as const).map((engine) =>
      trainHere(architecture, { engine, steps: 20, batchSize: 16, training }),
    ) as [Trained, Trained];
    expect(apart(graph, eager)).toBeLessThan(1e-5);
    // Otherwise oneDNN was not used.
    expect(graph).not.toEqual(eager);
  }
});

test('any network trains by oneDNN within rounding of eager', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (seed) => {
      const [eager, graph] = (['eager', 'graph'] as const).map((engine) =>
        trainHere(randomSequential(seed), { engine, steps: 20, training }),
      ) as [Trained, Trained];
      expect(apart(graph, eager)).toBeLessThan(1e-5);
    }),
    { numRuns: 15, seed: 20_261_126 },
  );
});
