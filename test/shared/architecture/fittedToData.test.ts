import { expect, test } from 'vitest';
import { architectureSchema, asSubclass } from '../../../shared/architecture/architecture';
import { trainingProblems } from '../../../shared/architecture/dataFit';
import { fittedToData } from '../../../shared/architecture/fittedToData';
import { articleNetwork } from '../../../shared/protocols/articleNetwork';

const data = (rowShape: readonly number[], classes: number) => ({
  features: rowShape.reduce((product, length) => product * length, 1),
  rowShape,
  classes,
  targets: 0,
  range: () => ({ min: 0, max: 1, areWhole: false }),
  rangeWithin: () => null,
  arrays: null,
});

const network = articleNetwork(4, [16], 3);

test.each([
  ['a stack', network],
  ['a graph', asSubclass(network)],
])('%s takes the input and as many output units as the data asks for', (_, own) => {
  const table = data([7], 5);
  expect(trainingProblems(own, table)).toHaveLength(2);
  expect(trainingProblems(fittedToData(own, [7], { classes: 5, targets: 0 }), table)).toEqual([]);
});

test('an input of as many numbers stays as it is for flat rows, not for rows with axes', () => {
  const image = { ...network, inputShape: [2, 2] };
  expect(fittedToData(image, [4], { classes: 3, targets: 0 }).inputShape).toEqual([2, 2]);
  expect(fittedToData(image, [4, 1], { classes: 3, targets: 0 }).inputShape).toEqual([4, 1]);
});

test('pictures without channels have one, and a row with axes is read number by number by dense layers', () => {
  const pictures = architectureSchema.parse({
    style: 'sequential',
    inputShape: [8, 8, 1],
    layers: [
      { id: 'conv', kind: 'conv2d', filters: 2, kernelSize: [3, 3] },
      { id: 'flat', kind: 'flatten' },
      { id: 'output', kind: 'dense', units: 10 },
    ],
  });
  for (const [own, rowShape, inputShape] of [
    [pictures, [12, 12], [12, 12, 1]],
    [pictures, [12, 12, 3], [12, 12, 3]],
    [network, [14, 3], [42]],
    [asSubclass(network), [12, 12, 3], [432]],
  ] as const) {
    const fitted = fittedToData(own, rowShape, { classes: 3, targets: 0 });
    expect(fitted.inputShape).toEqual(inputShape);
    expect(trainingProblems(fitted, data(rowShape, 3))).toEqual([]);
  }
});

test('one unit that answers yes or no stays one', () => {
  const binary = articleNetwork(4, [16], 1);
  expect(fittedToData(binary, [4], { classes: 2, targets: 0 })).toEqual(binary);
  expect(fittedToData(binary, [4], { classes: 3, targets: 0 })).toEqual(network);
});

test('numbers to predict ask for as many units, and an output with axes is not taken for them', () => {
  const series = { ...data([4], 0), targets: 6 };
  const fitted = fittedToData(network, [4], { classes: 0, targets: 6 });
  expect(trainingProblems(fitted, series)).toEqual([]);
  expect(trainingProblems(network, series)).toMatchObject([
    { message: "The network's output has 3 units, but the data has 6 numbers to predict per row." },
  ]);
  const convolution = architectureSchema.parse({
    style: 'sequential',
    inputShape: [8, 1],
    layers: [{ id: 'conv', kind: 'conv1d', filters: 1, kernelSize: [3] }],
  });
  expect(trainingProblems(convolution, { ...data([8, 1], 0), targets: 6 })).toMatchObject([
    {
      message: expect.stringContaining('shape [6, 1]') as string,
      remedy: expect.stringContaining('Flatten') as string,
    },
  ]);
});
