import * as tf from '@tensorflow/tfjs-node-gpu';
import { expect, test } from 'vitest';
import { DrawingLayer } from '../../../electron/engines/tfjs/models/drawingLayer';
import { DropoutSeeds } from '../../../electron/engines/tfjs/models/dropoutSeeds';
import { stepFeeds } from '../../../electron/engines/tfjs/stepFeeds';
import { seedGlobalRandom } from '../../../electron/engines/tfjs/globalRandom';
import { trainingSchema } from '../../../shared/training/trainingConfig';

const calls = [{ layer: 'drop', use: 1, seed: null }];
const training = trainingSchema.parse({});

/** The output of one layer for ones. */
function dropped(rate: number, seed: readonly number[], shape = [40, 50]): number[] {
  const seeds = new DropoutSeeds(calls);
  const layer = new DrawingLayer({ kind: 'dropout', id: 'drop', rate, seed: null }, {}, seeds);
  return tf.tidy(() => {
    seeds.begin(tf.tensor2d([[...seed]], [1, 2], 'int32'));
    return [...layer.call(tf.ones(shape), { training: true }).dataSync()];
  });
}

test.each([0.1, 0.5, 0.9])('a share of %d is dropped, the rest scaled to keep the mean', (rate) => {
  const values = dropped(rate, [17, 1]);
  const zeros = values.filter((value) => value === 0).length / values.length;
  // 2,000 draws: five standard deviations.
  expect(Math.abs(zeros - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / values.length));
  const kept = Math.fround(1 / (1 - rate));
  expect(values.every((value) => value === 0 || Math.abs(value - kept) < 1e-6 * kept)).toBe(true);
});

test('golden mask: it depends on key and counter alone', () => {
  expect(dropped(0.5, [17, 1], [12])).toMatchInlineSnapshot(`
    [
      0,
      0,
      0,
      0,
      2,
      0,
      2,
      2,
      2,
      2,
      0,
      0,
    ]
  `);
  expect(dropped(0.5, [17, 2], [12])).not.toEqual(dropped(0.5, [17, 1], [12]));
  expect(dropped(0.5, [18, 1], [12])).not.toEqual(dropped(0.5, [17, 1], [12]));
});

test('nothing is dropped in inference', () => {
  const layer = new DrawingLayer(
    { kind: 'dropout', id: 'drop', rate: 0.5, seed: null },
    {},
    new DropoutSeeds(calls),
  );
  expect([...layer.call(tf.ones([4]), {}).dataSync()]).toEqual([1, 1, 1, 1]);
});

test('controlled seeds of step n depend on no earlier step; another layer has another key', () => {
  const feedOf = (layer: string) =>
    stepFeeds({ regime: 'controlled', seed: '42' }, training, [{ layer, use: 1, seed: null }]);
  const rows = new Int32Array();
  const seeds = (layer: string, step: number) => [...feedOf(layer)(step, rows).dropoutSeeds];
  expect(seeds('drop', 9)).toEqual([...feedOf('drop')(9, rows).dropoutSeeds]);
  expect(seeds('drop', 9)[0]).toBe(seeds('drop', 1)[0]);
  expect([seeds('drop', 9)[1], seeds('drop', 1)[1]]).toEqual([9, 1]);
  expect(seeds('other', 9)[0]).not.toBe(seeds('drop', 9)[0]);
});

test('global seeds come from the shared generator, in order', () => {
  const randomness = { regime: 'global', seed: 's', initialiserSeeds: 'none' } as const;
  const draw = () => {
    seedGlobalRandom('s');
    const feedOf = stepFeeds(randomness, training, calls);
    return [1, 2].map((step) => [...feedOf(step, new Int32Array()).dropoutSeeds]);
  };
  const [first, second] = draw() as [number[], number[]];
  expect(draw()).toEqual([first, second]);
  expect(second).not.toEqual(first);
});

test.each([
  ['spatialDropout1d', [40, 6, 30], 1],
  ['spatialDropout2d', [40, 3, 4, 30], 2],
] as const)('%s drops whole channels of a row', (kind, shape, axes) => {
  const spec = { kind, id: 'drop', rate: 0.3, seed: null };
  const seeds = new DropoutSeeds([{ layer: 'drop', use: 1, seed: null }]);
  seeds.begin(tf.tensor2d([11, 1], [1, 2], 'int32'));
  const layer = new DrawingLayer(spec, {}, seeds);
  const dropped = layer.call(tf.ones([...shape]), { training: true });
  const positions = shape.slice(1, 1 + axes).reduce((product, own) => product * own, 1);
  const byChannel = tf.reshape(dropped, [shape[0], positions, shape.at(-1) ?? 1]);
  const [least, most] = [tf.min(byChannel, 1), tf.max(byChannel, 1)].map((own) => [
    ...own.dataSync(),
  ]);
  expect(least).toEqual(most);
  const share = (least ?? []).filter((own) => own === 0).length / (least?.length ?? 1);
  expect(share).toBeCloseTo(0.3, 1);
  expect(Math.max(...(least ?? []))).toBeCloseTo(1 / 0.7, 6);
});

test.each([
  [{ kind: 'gaussianNoise', id: 'noise', stddev: 0.5, seed: null }, 0, 0.5],
  [{ kind: 'gaussianDropout', id: 'noise', rate: 0.2, seed: null }, 0, Math.sqrt(0.25)],
] as const)(
  'noise is normal, of the mean and deviation that are asked for: %o',
  (spec, mean, deviation) => {
    const seeds = new DropoutSeeds([{ layer: 'noise', use: 1, seed: null }]);
    seeds.begin(tf.tensor2d([5, 2], [1, 2], 'int32'));
    const x = tf.ones([500, 400]);
    const noise = tf.sub(new DrawingLayer(spec, {}, seeds).call(x, { training: true }), x);
    const values = [...noise.dataSync()].map((own) => own / deviation);
    const moment = (power: number) =>
      values.reduce((sum, own) => sum + own ** power, 0) / values.length;
    // Of a standard normal: 0, 1, 0, 3.
    expect(moment(1)).toBeCloseTo(mean, 2);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(moment(3)).toBeCloseTo(0, 1);
    expect(moment(4)).toBeCloseTo(3, 0);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(new DrawingLayer(spec, {}, seeds).call(x, { training: false })).toBe(x);
  },
);
