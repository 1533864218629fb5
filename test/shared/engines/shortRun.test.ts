import { expect, test } from 'vitest';
import { isShortRun } from '../../../shared/engines/shortRun';
import { architectureSchema, type Architecture } from '../../../shared/architecture/architecture';
import { trainingSchema } from '../../../shared/training/trainingConfig';

const network = (inputShape: readonly number[], layers: readonly object[]): Architecture =>
  architectureSchema.parse({
    style: 'sequential',
    inputShape,
    layers: layers.map((layer, at) => ({ id: `l${at}`, ...layer })),
  });
const rows = (count: number) => ({ rows: count, heldOut: null });
const training = (epochs: number, batchSize: number) => trainingSchema.parse({ epochs, batchSize });

test('work grows with weights, rows, epochs, places of a picture and steps of a sequence', () => {
  const dense = network([784], [{ kind: 'dense', units: 32 }]);
  expect(isShortRun(dense, training(3, 256), rows(60_000))).toBe(true);
  expect(isShortRun(dense, training(30, 256), rows(60_000))).toBe(false);
  expect(isShortRun(dense, training(3, 8), rows(60_000))).toBe(false);

  const conv = network([28, 28, 1], [{ kind: 'conv2d', filters: 32, kernelSize: [3, 3] }]);
  expect(isShortRun(conv, training(3, 256), rows(2_000))).toBe(true);
  expect(isShortRun(conv, training(3, 256), rows(60_000))).toBe(false);

  const long = network([1_000, 4], [{ kind: 'lstm', units: 4 }]);
  expect(isShortRun(long, training(1, 32), rows(128))).toBe(true);
  expect(isShortRun(long, training(1, 32), rows(640))).toBe(false);
});
