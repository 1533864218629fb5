import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { tfjsFiles } from '../../electron/saving/tfjsFiles';
import { tfjsOwnClasses } from '../../shared/source/typescriptSource';
import { otherwiseMaskedInTfjs } from '../../shared/source/tfjsMasks';
import { runTypescript } from '../helpers/runTypescript';
import { farthestApart, savedCases } from '../helpers/savedCases';

interface ModelJson {
  readonly modelTopology: { readonly model_config: object };
  readonly weightsManifest: readonly {
    readonly weights: Parameters<typeof tf.io.decodeWeights>[1];
  }[];
}

test('every layer kind and many networks are saved for TensorFlow.js, which outputs the same', async () => {
  const refused: string[] = [];
  for (const { name, architecture, weights, inputs, outputs } of savedCases(12)) {
    if (otherwiseMaskedInTfjs(architecture, false).length > 0) {
      expect(() => tfjsFiles(architecture, weights)).toThrow('other masks');
      refused.push(name);
      continue;
    }
    const files = tfjsFiles(architecture, weights);
    const read = (file: string) => Buffer.from(files.get(file) ?? []);
    const json = JSON.parse(read('model.json').toString()) as ModelJson;
    // Classes that the library lacks, as the source tells a user to register them.
    const classes = tfjsOwnClasses(architecture);
    if (classes !== '') {
      runTypescript(`import * as tf from '@tensorflow/tfjs';\n${classes}export const model = 1;\n`);
    }
    const { buffer, byteOffset, byteLength } = read('weights.bin');
    const model = await tf.loadLayersModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0]?.weights ?? [],
        weightData: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
      }),
    });
    const own = tf.tidy(() => {
      const given = inputs.map(({ shape, values }) => tf.tensor([...values], [...shape]));
      return [...(model.predict(given) as tf.Tensor).dataSync()];
    });
    model.dispose();
    expect([name, farthestApart(outputs, own) < 1e-6]).toEqual([name, true]);
  }
  expect(refused).toEqual([
    'padding between words',
    'padding in both directions',
    'padding where values are joined',
    'padding on one side',
  ]);
});
