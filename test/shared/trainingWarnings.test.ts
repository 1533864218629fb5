import { expect, test } from 'vitest';
import { architectureSchema } from '../../shared/architecture/architecture';
import { trainingSchema } from '../../shared/training/trainingConfig';
import { trainingWarnings } from '../../shared/training/trainingWarnings';

const ending = (...layers: object[]) =>
  architectureSchema.parse({ style: 'sequential', inputShape: [4], layers });
const dense = (activation: string) => ({ id: 'output', kind: 'dense', units: 3, activation });

test.each([
  [ending(dense('softmax')), {}, []],
  [ending(dense('linear'), { id: 'soft', kind: 'activation', activation: 'softmax' }), {}, []],
  [ending(dense('linear')), {}, ['output-is-no-probability']],
  [ending(dense('relu')), {}, ['output-is-no-probability']],
  [
    ending(dense('softmax'), { id: 'norm', kind: 'layerNormalization' }),
    {},
    ['output-is-no-probability'],
  ],
  [ending(dense('linear')), { fromLogits: true }, []],
  [ending(dense('softmax')), { fromLogits: true }, ['logits-of-probabilities']],
  [ending(dense('linear')), { loss: 'meanSquaredError' }, []],
  [ending(dense('softmax')), { loss: 'binaryCrossentropy' }, ['other-probability']],
  [ending(dense('sigmoid')), { loss: 'categoricalCrossentropy' }, ['other-probability']],
  [ending(dense('sigmoid')), { loss: 'binaryCrossentropy' }, []],
  [ending({ ...dense('softmax'), units: 1 }), { loss: 'binaryCrossentropy' }, []],
])('cross-entropy and the output %#', (architecture, training, codes) => {
  const warnings = trainingWarnings(architecture, trainingSchema.parse(training));
  expect(warnings.map(({ code }) => code)).toEqual(codes);
});

test('a layer of its own may be the softmax', () => {
  const network = architectureSchema.parse({
    style: 'sequential',
    inputShape: [4],
    layers: [
      { id: 'output', kind: 'dense', units: 3 },
      { id: 'shares', kind: 'softmax' },
    ],
  });
  const loss = 'categoricalCrossentropy';
  expect(trainingWarnings(network, { loss, fromLogits: false })).toEqual([]);
  expect(trainingWarnings(network, { loss, fromLogits: true })).toMatchObject([
    { code: 'logits-of-probabilities' },
  ]);
  // It has no activation to change.
  const [other] = trainingWarnings(network, { loss: 'binaryCrossentropy', fromLogits: false });
  expect(other).toMatchObject({ code: 'other-probability' });
  expect(other).not.toHaveProperty('remedy');
});
