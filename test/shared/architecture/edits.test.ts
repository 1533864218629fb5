import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  asSubclass,
  INPUT,
  type SequentialArchitecture,
  type SubclassArchitecture,
} from '../../../shared/architecture/architecture';
import { asSequential } from '../../../shared/architecture/asSequential';
import {
  calledAgain,
  connected,
  disconnected,
  inserted,
  moved,
  newLayer,
  removedCalls,
  removedLayers,
  renamed,
  withField,
  withMember,
} from '../../../shared/architecture/edits';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import { layerCatalog, type LayerKind } from '../../../shared/architecture/layerCatalog';
import { randomBranches, randomSequential } from '../../helpers/randomArchitecture';

const empty: SubclassArchitecture = {
  style: 'subclass',
  inputShape: [4],
  members: [],
  calls: [],
};
const kinds = Object.keys(layerCatalog) as LayerKind[];

function graphOf(...steps: ((graph: SubclassArchitecture) => SubclassArchitecture)[]) {
  return steps.reduce((graph, step) => step(graph), empty);
}
const add = (kind: LayerKind, ...inputs: string[]) => {
  return (graph: SubclassArchitecture) => withMember(graph, newLayer(kind, graph, [4]), inputs);
};
function unwrapped<T extends object>(result: T | { readonly problem: string }): T {
  if ('problem' in result) throw new Error(result.problem);
  return result as T;
}

test('a residual block is built edge by edge; the call that joins moves after its inputs', () => {
  const start = graphOf(add('dense', INPUT), add('add'), add('dense', 'add1'), add('activation'));
  let graph = start;
  for (const [from, to] of [
    ['dense1', 'add1'],
    ['dense1', 'activation1'],
    ['activation1', 'add1'],
  ] as const) {
    graph = unwrapped(connected(graph, from, to));
  }
  expect(graph.calls).toEqual([
    { name: 'dense1', layer: 'dense1', inputs: [INPUT] },
    { name: 'activation1', layer: 'activation1', inputs: ['dense1'] },
    { name: 'add1', layer: 'add1', inputs: ['dense1', 'activation1'] },
    { name: 'dense2', layer: 'dense2', inputs: ['add1'] },
  ]);
  expect(forwardPlan(graph).problems).toEqual([]);
  expect(connected(graph, 'dense2', 'dense1')).toEqual({
    problem: '"dense2" depends on "dense1": a network has no cycles.',
  });
  const without = disconnected(graph, 'add1', 1);
  expect(forwardPlan(without).problems.map(({ call }) => call)).toEqual(['add1']);
});

test('a layer that is used twice shares its weights, and goes with its last call', () => {
  const once = graphOf(add('dense', INPUT));
  const four = unwrapped(withField(once, 'dense1', 'units', 4));
  const twice = unwrapped(connected(calledAgain(four, 'dense1'), 'dense1', 'dense1_1'));
  const { calls, problems } = forwardPlan(twice);
  expect(problems).toEqual([]);
  expect(calls.map(({ weights }) => weights.length)).toEqual([2, 0]);
  expect(asSequential(twice)).toMatchObject({
    reasons: [{ call: 'dense1_1', message: expect.stringContaining('is called twice') }],
  });
  const unlike = unwrapped(withField(twice, 'dense1', 'units', 5));
  expect(forwardPlan(unlike).problems[0]?.message).toContain('was called before on an input');
  const one = removedCalls(twice, new Set(['dense1_1']));
  expect(one.members).toHaveLength(1);
  expect(removedCalls(one, new Set(['dense1']))).toEqual(empty);
});

test('a rename goes through members, calls and inputs, and refuses names in use', () => {
  const graph = graphOf(add('dense', INPUT), add('dense', 'dense1'));
  expect(unwrapped(renamed(graph, 'dense1', 'hidden'))).toMatchObject({
    members: [{ id: 'hidden' }, { id: 'dense2' }],
    calls: [
      { name: 'hidden', layer: 'hidden', inputs: [INPUT] },
      { name: 'dense2', layer: 'dense2', inputs: ['hidden'] },
    ],
  });
  expect(renamed(graph, 'dense1', 'dense2')).toEqual({ problem: '"dense2" is already in use.' });
  expect(renamed(graph, 'dense1', '1st')).toMatchObject({ problem: expect.any(String) });
});

test('moves keep the layers and the order of those that stay and of those that move', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 50 }),
      fc.array(fc.nat(9)),
      fc.nat(9),
      (seed, chosen, at) => {
        const stack = randomSequential(seed);
        const ids = new Set(chosen.flatMap((index) => stack.layers[index]?.id ?? []));
        const after = moved(stack, ids, at).layers;
        expect(after.filter(({ id }) => ids.has(id))).toEqual(
          stack.layers.filter(({ id }) => ids.has(id)),
        );
        expect(after.filter(({ id }) => !ids.has(id))).toEqual(
          stack.layers.filter(({ id }) => !ids.has(id)),
        );
      },
    ),
  );
});

test('any layers in any order give a plan without a crash, and come back unchanged from a subclass', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(8)), { minLength: 1, maxLength: 8 }),
      (choices) => {
        let stack: SequentialArchitecture = { style: 'sequential', inputShape: [4], layers: [] };
        for (const [kind, at] of choices) {
          stack = inserted(stack, at, [newLayer(kind, stack, [4])]);
        }
        forwardPlan(stack);
        expect(asSequential(asSubclass(stack))).toEqual({ sequential: stack });
        const all = new Set(stack.layers.map(({ id }) => id));
        expect(removedLayers(stack, all).layers).toEqual([]);
      },
    ),
  );
});

test('a network with branches says why it is not a stack', () => {
  for (let seed = 0; seed < 20; seed++) {
    const result = asSequential(randomBranches(seed));
    const reasons = 'reasons' in result ? result.reasons.map(({ message }) => message) : [];
    expect(reasons.join('\n')).toMatch(/takes 2 inputs/);
    expect(reasons.join('\n')).toMatch(/goes to \d layers|is called twice/);
  }
});
