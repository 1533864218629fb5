import { expect, test } from 'vitest';
import {
  architectureSchema,
  asSubclass,
  type Architecture,
} from '../../../shared/architecture/architecture';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import { maskedInFunctionalOnly } from '../../../shared/architecture/masksByStyle';
import { residualMasks } from '../../helpers/maskedNetworks';
import { otherwiseMaskedInTfjs } from '../../../shared/source/tfjsMasks';

test('attention takes the mask off its inputs in a Model subclass, as in Keras', () => {
  const masked = (own: Architecture) =>
    forwardPlan(own).calls.flatMap(({ name, hasMask }) => (hasMask ? [name] : []));
  expect(masked(residualMasks)).toEqual(['words', 'attention', 'sum']);
  expect(masked(asSubclass(residualMasks))).toEqual(['words', 'attention']);
  expect(maskedInFunctionalOnly(residualMasks)).toEqual(['state']);
});

test('a mask of one input is none of the sum, but of what is put side by side', () => {
  const joined = (kind: string) =>
    architectureSchema.parse({
      style: 'subclass',
      inputShape: [5],
      members: [
        { id: 'a', kind: 'embedding', inputDim: 9, outputDim: 4, maskZero: true },
        { id: 'b', kind: 'embedding', inputDim: 9, outputDim: 4 },
        { id: 'both', kind },
        { id: 'state', kind: 'lstm', units: 3 },
      ],
      calls: [
        { name: 'a', layer: 'a', inputs: ['input'] },
        { name: 'b', layer: 'b', inputs: ['input'] },
        { name: 'both', layer: 'both', inputs: ['a', 'b'] },
        { name: 'state', layer: 'state', inputs: ['both'] },
      ],
    });
  const state = (kind: string) => forwardPlan(joined(kind)).calls.at(-1)?.inputMasks;
  expect([state('add'), state('concatenate')]).toEqual([[false], [true]]);
});

test('Softmax by itself refuses steps that are masked', () => {
  const network = architectureSchema.parse({
    style: 'sequential',
    inputShape: [5, 2],
    layers: [
      { id: 'padding', kind: 'masking' },
      { id: 'shares', kind: 'softmax' },
      { id: 'state', kind: 'lstm', units: 3 },
    ],
  });
  expect(forwardPlan(network).problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('It takes no steps that are masked'),
  ]);
});

test('TensorFlow.js hands a mask on to layers behind the one where it ended', () => {
  const stack = (...layers: object[]) =>
    architectureSchema.parse({
      style: 'sequential',
      inputShape: [5],
      layers: [
        { id: 'words', kind: 'embedding', inputDim: 9, outputDim: 4, maskZero: true },
        ...layers,
        { id: 'output', kind: 'dense', units: 2 },
      ],
    });
  const plain = stack({ id: 'lstm', kind: 'lstm', units: 3 });
  expect(otherwiseMaskedInTfjs(plain, true)).toEqual([]);
  const again = stack(
    { id: 'lstm', kind: 'lstm', units: 3 },
    { id: 'again', kind: 'repeatVector', n: 5 },
    { id: 'late', kind: 'lstm', units: 3 },
  );
  expect(otherwiseMaskedInTfjs(again, true)).toEqual(['late']);
  const lost = stack({ id: 'leaky', kind: 'leakyReLU' }, { id: 'late', kind: 'lstm', units: 3 });
  expect(otherwiseMaskedInTfjs(lost, true)).toEqual(['late']);
  const norm = stack(
    { id: 'norm', kind: 'batchNormalization' },
    { id: 'late', kind: 'lstm', units: 3 },
  );
  expect([otherwiseMaskedInTfjs(norm, true), otherwiseMaskedInTfjs(norm, false)]).toEqual([
    ['norm'],
    [],
  ]);
});
