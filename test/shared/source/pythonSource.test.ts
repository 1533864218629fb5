import { expect, test } from 'vitest';
import {
  asSubclass,
  INPUT,
  type Architecture,
  type SubclassArchitecture,
} from '../../../shared/architecture/architecture';
import { asFunctional } from '../../../shared/architecture/bothStyles';
import { newLayer, withMember } from '../../../shared/architecture/edits';
import { forwardPlan } from '../../../shared/architecture/forwardPlan';
import { layerCatalog } from '../../../shared/architecture/layerCatalog';
import { modelAttributes, pythonSource } from '../../../shared/source/pythonSource';
import { realKeras } from '../../helpers/keras/realKeras';
import { exampleOf, examples, joinKinds, variants } from '../../helpers/layerExamples';
import { randomBranches, randomSequential } from '../../helpers/randomArchitecture';

type Kind = keyof typeof examples;
const kinds = Object.keys(examples) as Kind[];

/** Members whose ids no Python model could have. */
function awkward(): SubclassArchitecture {
  const ids = ['input_shape', 'output', 'layers', 'lambda', 'x', 'a-b', 'a_b', 'self'];
  const start: SubclassArchitecture = {
    style: 'subclass',
    inputShape: [4],
    members: [],
    calls: [],
  };
  return ids.reduce(
    (graph, id, index) =>
      withMember(graph, { ...newLayer('dense', graph, [4]), id }, [ids[index - 1] ?? INPUT]),
    start,
  );
}

const merges = joinKinds.map((kind): SubclassArchitecture => {
  const graph = asSubclass(randomSequential(1));
  const last = graph.calls.at(-1)?.name ?? '';
  const own = newLayer(kind, graph, [4]);
  return withMember(graph, own, [last, last]);
});

test('every kind, both styles and random networks run unmodified under Keras 3, with the same weights', async () => {
  const networks: Architecture[] = [
    ...kinds.flatMap((kind) => [exampleOf(kind).sequential, exampleOf(kind).subclass]),
    ...merges,
    awkward(),
    ...Object.values(variants),
    ...Array.from({ length: 15 }, (_, seed) => randomSequential(seed)),
    ...Array.from({ length: 15 }, (_, seed) => randomBranches(seed)),
    ...Array.from({ length: 5 }, (_, seed) => asFunctional(randomBranches(seed))),
    asFunctional(awkward()),
    asSubclass(variants['several inputs'] as Architecture),
  ];
  const { models, attributes } = await realKeras(networks);
  const used = new Set(networks.flatMap((own) => forwardPlan(own).calls.map((c) => c.spec.kind)));
  expect([...used].sort()).toEqual(Object.keys(layerCatalog).sort());
  expect(attributes.filter((name) => !modelAttributes.has(name))).toEqual([]);
  networks.forEach((network, index) => {
    const { calls, problems } = forwardPlan(network);
    expect(problems).toEqual([]);
    const weights = calls.flatMap((call) => call.weights.map(({ shape }) => [...shape]));
    const byOrder = (a: readonly number[], b: readonly number[]) => (a.join() < b.join() ? -1 : 1);
    const model = models[index];
    if (model !== undefined && 'weights' in model) {
      expect({ ...model, weights: [...model.weights].sort(byOrder) }).toMatchObject({
        output: [...(calls.at(-1)?.output ?? [])],
        weights: weights.sort(byOrder),
        parameters: weights.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0),
      });
    } else expect({ ...model, source: pythonSource(network) }).toEqual('a model');
  });
});
