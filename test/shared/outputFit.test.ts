import { expect, test } from 'vitest';
import { architectureSchema } from '../../shared/architecture/architecture';
import { outputMisfit } from '../../shared/training/outputFit';
import { fittedToTarget, lossesFor, targetProblem } from '../../shared/training/targetFit';
import { trainingSchema } from '../../shared/training/trainingConfig';

const network = (activation: string, units: number) =>
  architectureSchema.parse({
    style: 'sequential',
    inputShape: [4],
    layers: [{ id: 'output', kind: 'dense', units, activation }],
  });
const rows = { groupSizes: null, isWeighted: false, heldOut: null };
const classes = { ...rows, targets: 0, areLabels: false, classes: ['a', 'b'] };
const numbers = { ...rows, targets: 3, areLabels: false, classes: [] };
const labels = { ...rows, targets: 3, areLabels: true, classes: [] };

test.each([
  ['softmax', 2, classes, false, null],
  ['softmax', 1, classes, false, 'sigmoid'],
  ['softmax', 1, classes, true, 'linear'],
  ['sigmoid', 1, classes, false, null],
  ['softmax', 3, numbers, false, 'linear'],
  ['sigmoid', 3, numbers, false, 'linear'],
  ['linear', 3, numbers, false, null],
  ['softmax', 3, labels, false, 'sigmoid'],
  ['softmax', 3, labels, true, 'linear'],
  ['sigmoid', 3, labels, false, null],
] as const)(
  '%s over %i units for %j, logits %s: %s',
  (activation, units, data, fromLogits, wanted) => {
    const misfit = outputMisfit(network(activation, units), { fromLogits }, data);
    expect(misfit?.activation ?? null).toBe(wanted);
  },
);

test('settings that do not go with the data are named, and fitted with one call', () => {
  const problem = (training: object, data: Parameters<typeof targetProblem>[1]) =>
    targetProblem(trainingSchema.parse(training), data)?.message ?? null;
  expect(problem({}, classes)).toBeNull();
  expect(problem({}, numbers)).toContain('numbers to predict');
  expect(problem({ loss: 'huber', metrics: ['r2'] }, numbers)).toBeNull();
  expect(problem({ loss: 'binaryCrossentropy' }, labels)).toBeNull();
  expect(problem({ loss: 'binaryCrossentropy' }, numbers)).toContain('Binary crossentropy');
  expect(problem({ metrics: ['topKAccuracy'] }, classes)).toContain('always 1');
  expect(problem({ loss: 'sparseCategoricalCrossentropy', metrics: ['auc'] }, classes)).toContain(
    'one-hot',
  );
  expect(problem({ classWeights: { c: 2 } }, classes)).toContain('"c"');
  expect(problem({ loss: 'huber', classWeights: 'balanced' }, numbers)).toContain('Weights');
  const weighted = { ...classes, isWeighted: true };
  expect(problem({ classWeights: 'balanced' }, weighted)).toContain('weights of their own');
  const byGroup = { validationFrom: 'groups', validationSplit: 0.25 };
  expect(problem(byGroup, classes)).toContain('have no groups');
  expect(problem(byGroup, { ...classes, groupSizes: [100] })).toContain('All rows are of one');
  expect(problem(byGroup, { ...classes, groupSizes: [60, 60] })).toContain('smallest of the 2');
  const grouped = { ...classes, groupSizes: [50, 20, 30] };
  expect(problem(byGroup, grouped)).toBeNull();
  expect(fittedToTarget(trainingSchema.parse({}), grouped).validationFrom).toBe('groups');
  expect(fittedToTarget(trainingSchema.parse(byGroup), classes).validationFrom).toBe('end');
  const odd = trainingSchema.parse({
    metrics: ['accuracy', 'meanAbsoluteError'],
    validationFrom: 'stratified',
    validationSplit: 0.2,
    classWeights: 'balanced',
  });
  for (const data of [classes, numbers, labels, grouped, weighted]) {
    const fitted = fittedToTarget(odd, data);
    expect(targetProblem(fitted, data)).toBeNull();
  }
  expect(fittedToTarget(odd, numbers)).toMatchObject({
    loss: 'meanSquaredError',
    metrics: ['meanAbsoluteError'],
    classWeights: 'none',
  });
  expect(lossesFor('labels')).toContain('binaryCrossentropy');
});
