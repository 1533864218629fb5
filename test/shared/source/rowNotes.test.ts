import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pythonTraining } from '../../../shared/source/pythonTraining';
import { typescriptTraining } from '../../../shared/source/typescriptTraining';
import { trainingSchema } from '../../../shared/training/trainingConfig';
import { kerasPython } from '../../helpers/keras/realKeras';

const training = trainingSchema.parse({
  classWeights: { a: 2 },
  augmentation: { flip: 'both', shift: 0.1, rotate: 90 },
});

test('exported source says what is done with the rows, in layers that Keras has', async () => {
  const source = pythonTraining(training);
  expect(source).toContain('class_weight=...), by class: {"a":2}');
  const layers = [...source.matchAll(/^# (keras\.layers\..*)$/gm)].map(([, layer]) => layer ?? '');
  expect(layers).toHaveLength(3);
  const script = `import keras\nfor layer in [${layers.join(', ')}]:\n    print(layer.get_config().get("factor"))`;
  const { stdout, stderr } = spawnSync(await kerasPython(), ['-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu' },
  });
  // A quarter of a turn either way.
  expect([stdout.split('\n')[1], stdout === '' ? stderr : '']).toEqual(['(-0.25, 0.25)', '']);
  expect(typescriptTraining(training)).toContain(
    '// Before each epoch pictures are mirrored both ways, moved by up to 10 %, turned by up to 90°.',
  );
  const plain = trainingSchema.parse({});
  expect(pythonTraining(plain) + typescriptTraining(plain)).not.toMatch(/^(#|\/\/) /m);
});
