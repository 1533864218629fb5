import { expect, test } from 'vitest';
import { asSubclass } from '../../../shared/architecture/architecture';
import { asSequential } from '../../../shared/architecture/asSequential';
import { differences } from '../../../shared/architecture/differences';
import { withField } from '../../../shared/architecture/edits';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import {
  fragmentOf,
  fragmentSchema,
  pastedInGraph,
  pastedInStack,
} from '../../../shared/architecture/fragment';
import { sizeOfLayer, trainingBytes } from '../../../shared/architecture/networkSize';
import { templates } from '../../../shared/architecture/templates';
import { randomBranches, randomSequential } from '../../helpers/randomArchitecture';

test.each(templates)('the template $name has no problems, in either style', (template) => {
  expect(forwardPlan(template.subclass).problems).toEqual([]);
  const stack = asSequential(template.subclass);
  expect('sequential' in stack ? stack.sequential : null).toEqual(template.sequential);
});

test('a copy of random layers has new ids, the same fields, and stands where it was pasted', () => {
  for (let seed = 0; seed < 20; seed++) {
    const stack = randomSequential(seed);
    const names = new Set(stack.layers.slice(0, 2).map(({ id }) => id));
    const fragment = fragmentSchema.parse(fragmentOf(stack, names));
    const { architecture, names: copies } = pastedInStack(stack, 1, fragment);
    expect(new Set(architecture.layers.map(({ id }) => id)).size).toBe(
      stack.layers.length + names.size,
    );
    expect(architecture.layers.slice(1, 1 + names.size)).toEqual(
      stack.layers.slice(0, 2).map((layer, index) => ({ ...layer, id: copies[index] })),
    );
  }
});

test('calls copied within a graph keep what they took, from each other and from outside', () => {
  for (let seed = 0; seed < 20; seed++) {
    const graph = randomBranches(seed);
    const names = new Set(graph.calls.map(({ name }) => name));
    const fragment = fragmentSchema.parse(fragmentOf(graph, names));
    const { architecture, names: copies } = pastedInGraph(graph, fragment);
    const own = new Map(graph.calls.map(({ name }, index) => [name, copies[index]]));
    const pasted = architecture.calls.slice(graph.calls.length);
    expect(pasted.map(({ inputs }) => inputs)).toEqual(
      graph.calls.map(({ inputs }) => inputs.map((input) => own.get(input) ?? input)),
    );
    const shapes = forwardPlan(architecture).calls.map(({ output }) => output);
    expect(shapes.slice(graph.calls.length)).toEqual(shapes.slice(0, graph.calls.length));
  }
});

test('a stack pasted into a graph is a chain without an input', () => {
  const stack = randomSequential(3);
  const fragment = fragmentOf(stack, new Set(stack.layers.map(({ id }) => id)));
  const empty = { ...asSubclass(stack), members: [], calls: [] };
  if (fragment === null) throw new Error('nothing copied');
  expect(pastedInGraph(empty, fragment).architecture).toEqual(asSubclass(stack));
  expect(fragmentOf(stack, new Set())).toBeNull();
});

test('two architectures are compared by layer id', () => {
  const stack = templates[0]?.sequential;
  if (!stack) throw new Error('no template');
  expect(differences(stack, asSubclass(stack)).map(({ kind }) => kind)).toEqual([
    'same',
    'same',
    'same',
  ]);
  const changed = withField(asSubclass(stack), 'hidden2', 'units', 32);
  if ('problem' in changed) throw new Error(changed.problem);
  const without = { ...stack, layers: stack.layers.slice(1) };
  expect(differences(without, changed)).toEqual([
    {
      id: 'hidden2',
      kind: 'fields',
      fields: [
        { name: 'units', a: 64, b: 32 },
        { name: 'calls', a: [['input']], b: [['hidden1']] },
      ],
    },
    { id: 'output', kind: 'same', fields: [] },
    { id: 'hidden1', kind: 'only-second', fields: [] },
  ]);
});

test("parameters of the article's network and bytes of its training add up", () => {
  const { calls } = forwardPlan(templates[0]?.subclass ?? randomBranches(0));
  const parameters = 4 * 64 + 64 + 64 * 64 + 64 + 64 * 3 + 3;
  expect(calls.map(sizeOfLayer).reduce((sum, size) => sum + size.parameters, 0)).toBe(parameters);
  // Weight, gradient and two slots of four bytes each; 131 outputs for each of 32 rows.
  expect(trainingBytes(calls, 32, 2)).toBe(4 * (parameters * 4 + 131 * 32));
});
