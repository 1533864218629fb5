import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { importModel } from '../../../shared/source/importModel';
import { pythonSource } from '../../../shared/source/pythonSource';
import { typescriptSource } from '../../../shared/source/typescriptSource';
import { realKeras } from '../../helpers/keras/realKeras';
import { exampleOf, examples } from '../../helpers/layerExamples';
import { randomSequential } from '../../helpers/randomArchitecture';
import { runTypescript } from '../../helpers/runTypescript';

type Kind = keyof typeof examples;
const networks = [
  ...(Object.keys(examples) as Kind[]).map((kind) => exampleOf(kind).sequential),
  ...Array.from({ length: 10 }, (_, seed) => randomSequential(seed)),
];

test("what Keras' to_json stores of our own source comes back as the same network", async () => {
  const { models } = await realKeras(
    networks.map((own) => ({ source: pythonSource(own), inputShape: own.inputShape })),
  );
  networks.forEach((architecture, index) => {
    const model = models[index];
    const json = model !== undefined && 'json' in model ? model.json : null;
    expect(importModel(JSON.parse(json ?? 'null'))).toEqual({ architecture });
  });
}, 300_000);

test.each(networks)(
  'what TensorFlow.js stores of network %# comes back as the same',
  (architecture) => {
    const model = runTypescript(typescriptSource(architecture)) as tf.Sequential;
    const modelTopology = JSON.parse(model.toJSON() as string) as unknown;
    tf.disposeVariables();
    expect(importModel({ modelTopology, weightsManifest: [] })).toEqual({ architecture });
  },
);

const dense = { name: 'a', units: 3, activation: 'relu' };
const around = (layers: readonly object[], className = 'Sequential') => ({
  class_name: className,
  config: { layers: [{ class_name: 'InputLayer', config: { batch_shape: [null, 4] } }, ...layers] },
});

test.each<[unknown, string]>([
  [null, 'no model'],
  [{ class_name: 'Sequential' }, 'no model'],
  [around([], 'Functional'), 'A Functional model is not supported'],
  [around([{ class_name: 'Lambda', config: { name: 'f' } }]), 'f: the layer kind Lambda'],
  [
    around([{ class_name: 'Dense', config: { ...dense, kernel_regularizer: { l2: 1 } } }]),
    'a: kernel_regularizer = {"l2":1}',
  ],
  [around([{ class_name: 'Dense', config: { ...dense, units: -1 } }]), 'a: units:'],
  [
    around([{ class_name: 'Dense', config: { ...dense, activation: 'gelu' } }]),
    'a: activation = "gelu"',
  ],
  [
    around([{ class_name: 'GRU', config: { name: 'g', units: 3, reset_after: true } }]),
    'g: reset_after = true',
  ],
  [
    {
      class_name: 'Sequential',
      config: [{ class_name: 'Dense', config: { ...dense, batch_input_shape: [null, null] } }],
    },
    'no fixed length',
  ],
])('what is not supported is named: %j', (stored, words) => {
  const result = importModel(stored);
  expect('unsupported' in result ? result.unsupported.join('\n') : 'imported').toContain(words);
});
