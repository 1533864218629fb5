import { expect, test } from 'vitest';
import { asSubclass } from '../../../shared/architecture/architecture';
import { trainingProblems } from '../../../shared/architecture/dataFit';
import { fittedToData } from '../../../shared/architecture/fittedToData';
import { articleNetwork } from '../../../shared/protocols/articleNetwork';

const data = (rowShape: readonly number[], classes: number) => ({
  features: rowShape.reduce((product, length) => product * length, 1),
  rowShape,
  classes,
  range: () => ({ min: 0, max: 1, areWhole: false }),
});

const network = articleNetwork(4, [16], 3);

test.each([
  ['a stack', network],
  ['a graph', asSubclass(network)],
])('%s takes the input and as many output units as the data asks for', (_, own) => {
  const table = data([7], 5);
  expect(trainingProblems(own, table)).toHaveLength(2);
  expect(trainingProblems(fittedToData(own, [7], 5), table)).toEqual([]);
});

test('an input of as many numbers stays as it is for flat rows, not for rows with axes', () => {
  const image = { ...network, inputShape: [2, 2] };
  expect(fittedToData(image, [4], 3).inputShape).toEqual([2, 2]);
  expect(fittedToData(image, [4, 1], 3).inputShape).toEqual([4, 1]);
});

test('one unit that answers yes or no stays one', () => {
  const binary = articleNetwork(4, [16], 1);
  expect(fittedToData(binary, [4], 2)).toEqual(binary);
  expect(fittedToData(binary, [4], 3)).toEqual(network);
});
