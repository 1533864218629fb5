import { expect, test } from 'vitest';
import {
  architectureSchema,
  type Architecture,
  type SubclassArchitecture,
} from '../../../shared/architecture/architecture';
import { asSequential } from '../../../shared/architecture/asSequential';
import { trainingProblems } from '../../../shared/architecture/dataFit';
import { fittedToData } from '../../../shared/architecture/fittedToData';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import {
  addedInput,
  removedInput,
  renamedInput,
  reshapedInput,
} from '../../../shared/architecture/inputEdits';
import { inputsOf } from '../../../shared/architecture/inputs';

const single: SubclassArchitecture = {
  style: 'subclass',
  inputShape: [4],
  members: [],
  calls: [{ name: 'a', layer: 'a', inputs: ['input'] }],
};

test('inputs are added, shaped, named and taken away', () => {
  const two = addedInput(single);
  expect(two.inputs).toEqual([
    { name: 'input', shape: [4] },
    { name: 'input1', shape: [4] },
  ]);
  expect(two.inputShape).toEqual([8]);
  const shaped = reshapedInput(two, 'input1', [2, 3]) as SubclassArchitecture;
  expect([shaped.inputShape, shaped.inputs?.[1]]).toEqual([
    [10],
    { name: 'input1', shape: [2, 3] },
  ]);
  expect(reshapedInput(two, 'input1', [0])).toMatchObject({ problem: /whole numbers/ });
  const named = renamedInput(shaped, 'input', 'left') as SubclassArchitecture;
  expect(named.calls[0]?.inputs).toEqual(['left']);
  expect(renamedInput(shaped, 'input', 'input1')).toMatchObject({ problem: /in use/ });
  expect(renamedInput(shaped, 'input', '1st')).toMatchObject({ problem: /letter/ });
  expect(inputsOf(named)).toEqual([
    { name: 'left', shape: [4], from: 0, size: 4 },
    { name: 'input1', shape: [2, 3], from: 4, size: 6 },
  ]);
  // The last one that is left is the input again.
  expect(removedInput(named, 'input1')).toEqual(single);
});

const graph = (change: object = {}) =>
  architectureSchema.parse({
    style: 'subclass',
    inputShape: [7],
    inputs: [
      { name: 'words', shape: [4] },
      { name: 'numbers', shape: [3] },
    ],
    members: [
      { id: 'table', kind: 'embedding', inputDim: 9, outputDim: 2 },
      { id: 'flat', kind: 'flatten' },
      { id: 'all', kind: 'concatenate' },
      { id: 'output', kind: 'dense', units: 2 },
    ],
    calls: [
      { name: 'table', layer: 'table', inputs: ['words'] },
      { name: 'flat', layer: 'flat', inputs: ['table'] },
      { name: 'all', layer: 'all', inputs: ['flat', 'numbers'] },
      { name: 'output', layer: 'output', inputs: ['all'] },
    ],
    ...change,
  });

test('what does not go together is said', () => {
  const messages = (own: Architecture) => forwardPlan(own).problems.map(({ message }) => message);
  expect(messages(graph())).toEqual([]);
  expect(messages(graph({ inputShape: [8] }))).toEqual([
    'The inputs have 7 numbers, but a row has the shape [8].',
  ]);
  const same = [
    { name: 'words', shape: [4] },
    { name: 'words', shape: [3] },
  ];
  expect(messages(graph({ inputs: same }))).toContain('The name "words" has two inputs.');
  const more = [...same.slice(0, 1), { name: 'numbers', shape: [3] }, { name: 'rest', shape: [1] }];
  expect(messages(graph({ inputs: more, inputShape: [8] }))).toEqual([
    'Nothing uses the input "rest".',
  ]);
  const stack = asSequential(graph() as SubclassArchitecture);
  expect('reasons' in stack && stack.reasons.map(({ message }) => message)).toContain(
    '"numbers" is one of several inputs; a stack has one.',
  );
  // The data cannot change what the inputs are.
  expect(fittedToData(graph(), [12], { classes: 2, targets: 0 })).toEqual(graph());
});

test('arrays in another order than the inputs are refused', () => {
  const range = () => ({ min: 0, max: 8, areWhole: true });
  const data = { features: 7, rowShape: [7], classes: 2, targets: 0, range, rangeWithin: range };
  const [words, numbers] = [
    { name: 'words', row: [4] },
    { name: 'numbers', row: [3] },
  ];
  const messages = (arrays: { name: string; row: number[] }[]) =>
    trainingProblems(graph(), { ...data, arrays }).map(({ remedy }) => remedy);
  expect(messages([words, numbers])).toEqual([]);
  expect(messages([numbers, words])).toEqual([
    'Name the arrays in the order of the inputs: words,numbers.',
  ]);
  expect(
    messages([
      { ...numbers, name: 'a' },
      { ...words, name: 'b' },
    ]),
  ).toEqual(['Name the arrays in the order of the inputs.']);
  // Other names of the same shapes are taken in their order.
  expect(
    messages([
      { ...words, name: 'a' },
      { ...numbers, name: 'b' },
    ]),
  ).toEqual([]);
});

test('words are looked for in their own input only', () => {
  const range = (min: number, max: number, areWhole: boolean) => ({ min, max, areWhole });
  const data = {
    ...{ features: 7, rowShape: [7], classes: 2, targets: 0, arrays: null },
    range: () => range(-1, 8.5, false),
    rangeWithin: (from: number, size: number) =>
      from === 0 && size === 4 ? range(0, 8, true) : range(-1, 8.5, false),
  };
  expect(trainingProblems(graph(), data)).toEqual([]);
  const other = { ...data, rangeWithin: () => range(0, 9, true) };
  expect(trainingProblems(graph(), other).map(({ message }) => message)).toEqual([
    'Embedding takes whole numbers from 0 to 8, but the data has numbers from 0 to 9.',
  ]);
  expect(trainingProblems(graph(), { ...data, rangeWithin: () => null })).toEqual([]);
});
