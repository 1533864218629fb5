import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { layersOf, type Architecture } from '../../../shared/architecture/architecture';
import { importModel } from '../../../shared/source/import/importModel';
import { typescriptSource } from '../../../shared/source/typescriptSource';
import { realKeras } from '../../helpers/keras/realKeras';
import { exampleOf, examples, variants } from '../../helpers/layerExamples';
import { randomSequential } from '../../helpers/randomArchitecture';
import { runTypescript } from '../../helpers/runTypescript';

type Kind = keyof typeof examples;
const networks: Architecture[] = [
  ...Object.values(variants).filter((own) => own.style === 'sequential'),
  ...(Object.keys(examples) as Kind[]).map((kind) => exampleOf(kind).sequential),
  ...Array.from({ length: 10 }, (_, seed) => randomSequential(seed)),
];

test("what Keras' to_json stores of our own source comes back as the same network", async () => {
  const { models } = await realKeras(networks);
  networks.forEach((architecture, index) => {
    const model = models[index];
    const json = model !== undefined && 'json' in model ? model.json : null;
    expect(importModel(JSON.parse(json ?? 'null'))).toMatchObject({ architecture, leftOut: [] });
  });
});

test.each(networks)(
  'what TensorFlow.js stores of network %# comes back as the same',
  (architecture) => {
    const model = runTypescript(typescriptSource(architecture)) as tf.Sequential;
    const modelTopology = JSON.parse(model.toJSON() as string) as unknown;
    tf.disposeVariables();
    // Of separable convolutions the library does not store the depth multiplier.
    const untold = layersOf(architecture).filter(({ kind }) => kind === 'separableConv2d');
    const { leftOut, ...imported } = ownModel(importModel({ modelTopology, weightsManifest: [] }));
    expect(imported).toMatchObject({ architecture });
    expect(leftOut).toHaveLength(untold.length);
    for (const { id } of untold) expect(leftOut.join()).toContain(`${id}: depth_multiplier`);
  },
);

test("where TensorFlow.js' own layer means something else than Keras', it is said", () => {
  const layer = tf.layers.upSampling2d({
    inputShape: [2, 2, 1],
    size: [2, 2],
    interpolation: 'bilinear',
    name: 'own',
  });
  const modelTopology = JSON.parse(
    tf.sequential({ layers: [layer, tf.layers.flatten({})] }).toJSON() as string,
  ) as { keras_version: string };
  const notesOf = (topology: object) =>
    ownModel(importModel({ modelTopology: topology, weightsManifest: [] })).leftOut;
  expect(notesOf(modelTopology)).toEqual([expect.stringContaining('own: the places of')]);
  // What its converter made of Keras' model means what Keras means.
  expect(notesOf({ ...modelTopology, keras_version: '2.15.0' })).toEqual([]);
});

function ownModel(result: ReturnType<typeof importModel>) {
  if ('unsupported' in result) throw new Error(result.unsupported.join('\n'));
  return result;
}

const dense = { name: 'a', units: 3, activation: 'relu' };
const around = (layers: readonly object[], className = 'Sequential') => ({
  class_name: className,
  config: { layers: [{ class_name: 'InputLayer', config: { batch_shape: [null, 4] } }, ...layers] },
});

test.each<[unknown, string]>([
  [null, 'not a model'],
  [{ class_name: 'Sequential' }, 'not a model'],
  [around([], 'Functional'), '0 outputs'],
  [{ class_name: 'Own', config: { name: 'own' } }, 'stored without its layers'],
  [{ format: 'graph-model', modelTopology: { node: [] } }, 'a GraphModel of TensorFlow.js'],
  [{ twintrain: 'project' }, 'a Twintrain project'],
  [around([{ class_name: 'Lambda', config: { name: 'f' } }]), 'f: the layer kind Lambda'],
  // An axis that is not the last one, by any way to write it.
  [around([{ class_name: 'BatchNormalization', config: { name: 'n', axis: 2 } }]), 'n: axis = 2'],
  [around([{ class_name: 'LayerNormalization', config: { name: 'n', axis: [0] } }]), 'n: axis'],
  [around([{ class_name: 'Softmax', config: { name: 's', axis: 0 } }]), 's: Softmax along axis 0'],
  [around([{ class_name: 'ReLU', config: { name: 'r', max_value: 2 } }]), 'r: max_value = 2'],
  [around([{ class_name: 'ReLU', config: { name: 'r', negative_slope: 0.1 } }]), 'negative_slope'],
  [around([{ class_name: 'Resizing', config: { name: 'r', height: 8 } }]), 'prepares the data'],
  [around([{ class_name: 'Dense', config: { ...dense, unheard_of: 1 } }]), 'a: unheard_of = 1'],
  [around([{ class_name: 'Dense', config: { ...dense, unheard_of: false } }]), 'unheard_of'],
  [around([{ class_name: 'LSTM', config: { name: 'l', units: 2, dropout: 0.1 } }]), 'l: dropout'],
  [around([{ class_name: 'LSTM', config: { name: 'l', units: 2, stateful: true } }]), 'stateful'],
  [
    around([{ class_name: 'Dropout', config: { name: 'd', rate: 0.1, noise_shape: [1] } }]),
    'd: noise_shape = [1]',
  ],
  [
    around([{ class_name: 'Dense', config: { ...dense, units: -1 } }]),
    'a: units must be at least 1',
  ],
  [
    around([{ class_name: 'Dense', config: { ...dense, activation: 'gelu' } }]),
    'a: activation = "gelu"',
  ],
  [
    {
      class_name: 'Sequential',
      config: [{ class_name: 'Dense', config: { ...dense, batch_input_shape: [null, null] } }],
    },
    'has a fixed length',
  ],
])('what is not supported is named: %j', (stored, words) => {
  const result = importModel(stored);
  expect('unsupported' in result ? result.unsupported.join('\n') : 'imported').toContain(words);
});

const of = (stored: unknown) => {
  const result = importModel(stored);
  return 'unsupported' in result ? result.unsupported : result;
};

test.each<[unknown, string]>([
  [
    { kernel_regularizer: { class_name: 'OrthogonalRegularizer', config: {} } },
    'a: kernel_regularizer = Ortho',
  ],
  [
    { activity_regularizer: { class_name: 'L2', config: { l2: 1 } } },
    'a: activity_regularizer = L2(',
  ],
  [
    { kernel_constraint: { class_name: 'MaxNorm', config: { axis: 1 } } },
    'a: kernel_constraint = MaxNorm(',
  ],
  [{ dtype: 'float16' }, 'a: dtype = "float16"'],
  [
    { dtype: { class_name: 'DTypePolicy', config: { name: 'mixed_bfloat16' } } },
    'a: dtype = DTypePolicy(name mixed_bfloat16)',
  ],
])('what is not imported is listed: %j', (change, words) => {
  const result = of(around([{ class_name: 'Dense', config: { ...dense, ...(change as object) } }]));
  expect(result).toMatchObject({ leftOut: [expect.stringContaining(words)] });
});

test('seeds of initialisers and dropout are kept', () => {
  const seeded = (seed: unknown) => ({ class_name: 'HeNormal', config: { seed } });
  const result = of(
    around([
      { class_name: 'Dense', config: { ...dense, kernel_initializer: seeded(42) } },
      { class_name: 'Dropout', config: { name: 'd', rate: 0.5, seed: 7 } },
      {
        class_name: 'Dense',
        config: {
          name: 'b',
          units: 3,
          kernel_initializer: seeded({ class_name: 'SeedGenerator', config: { seed: 5 } }),
        },
      },
    ]),
  );
  expect(result).toMatchObject({
    architecture: { layers: [{ kernelSeed: 42 }, { seed: 7 }, { kernelSeed: 5 }] },
    leftOut: [],
  });
});

test('the input shape is taken from wherever it is stored', () => {
  const layers = [{ class_name: 'Dense', config: dense }];
  const stored = [
    { class_name: 'Sequential', config: { layers, build_input_shape: [null, 4] } },
    { class_name: 'Sequential', config: { layers }, build_config: { input_shape: [null, 4] } },
    {
      class_name: 'Sequential',
      config: [{ class_name: 'Dense', config: { ...dense, batch_input_shape: [32, 4] } }],
    },
    JSON.stringify(around(layers)),
    JSON.stringify(JSON.stringify(around(layers))),
  ];
  for (const own of stored) expect(of(own)).toMatchObject({ architecture: { inputShape: [4] } });
});

test('a Keras 2 Functional with a shared layer is a subclass; what goes into one twice is refused', () => {
  const layer = (name: string, className: string, config: object, nodes: unknown[]) => ({
    class_name: className,
    name,
    config: { name, ...config },
    inbound_nodes: nodes,
  });
  const functional = (outputs: unknown) => ({
    class_name: 'Functional',
    config: {
      layers: [
        layer('in', 'InputLayer', { batch_input_shape: [null, 4] }, []),
        // Listed before its inputs.
        layer('sum', 'Add', {}, [
          [
            ['own', 0, 0, {}],
            ['own', 1, 0, {}],
          ],
        ]),
        layer('own', 'Dense', { units: 4 }, [[['in', 0, 0, {}]], [['own', 0, 0, {}]]]),
      ],
      input_layers: [['in', 0, 0]],
      output_layers: outputs,
    },
  });
  expect(of(functional([['sum', 0, 0]]))).toMatchObject({
    architecture: {
      style: 'subclass',
      calls: [
        { name: 'own', layer: 'own', inputs: ['input'] },
        { name: 'own_call', layer: 'own', inputs: ['own'] },
        { name: 'sum', layer: 'sum', inputs: ['own', 'own_call'] },
      ],
    },
  });
  expect(
    of(
      functional([
        ['sum', 0, 0],
        ['own', 0, 0],
      ]),
    ),
  ).toEqual(['2 outputs; here a model has one.']);
});

test('regularisers and constraints are taken over in every form that Keras stores them in', () => {
  const change = {
    kernel_regularizer: 'l2',
    bias_regularizer: { class_name: 'L1L2', config: { l1: 0.5, l2: 0 } },
    kernel_constraint: { class_name: 'MaxNorm', config: { max_value: 3, axis: 0 } },
    bias_constraint: 'non_neg',
  };
  const result = of(around([{ class_name: 'Dense', config: { ...dense, ...change } }]));
  expect(result).toMatchObject({
    leftOut: [],
    architecture: {
      layers: [
        {
          weightRules: {
            kernel: { l1: 0, l2: 0.01, constraint: 'maxNorm', limit: 3 },
            bias: { l1: 0.5, l2: 0, constraint: 'nonNeg' },
          },
        },
      ],
    },
  });
});
