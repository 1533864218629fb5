import type { GraphArchitecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { maskWayOf, type LayerKind } from '../architecture/layerCatalog';
import type { OrderedCall } from './kerasOrder';

/** Kinds whose layers are given a mask as an argument, which makes it a value of the graph. */
const takesMask: ReadonlySet<LayerKind> = new Set([
  'lstm',
  'gru',
  'bidirectional',
  'timeDistributed',
  'batchNormalization',
  'globalAveragePooling1d',
]);

/**
 * A network's calls with those of the operations that make its masks, which Keras 3.15 has in a Functional's graph and
 * counts when it orders layers. Operations begin with a sign that no layer's id can have.
 */
export function callsWithMasks(graph: GraphArchitecture): readonly OrderedCall[] {
  const calls: OrderedCall[] = [];
  const masks = new Map<string, string>();
  const operation = (...inputs: string[]) => {
    const name = `→${calls.length}`;
    calls.push({ name, layer: name, inputs });
    return name;
  };
  const plan = new Map(forwardPlan(graph).calls.map((own) => [own.name, own]));
  for (const call of graph.calls) {
    const { name, inputs } = call;
    const planned = plan.get(name);
    const [first = ''] = inputs;
    const own = inputs.map((input) => masks.get(input) ?? null);
    const isGiven = planned !== undefined && takesMask.has(planned.spec.kind) && own[0] !== null;
    calls.push({ ...call, inputs: isGiven ? [...inputs, own[0] ?? ''] : inputs });
    if (planned?.hasMask !== true) continue;
    switch (maskWayOf(planned.spec)) {
      case 'made': {
        const unequal = operation(first);
        masks.set(name, planned.spec.kind === 'masking' ? operation(unequal) : unequal);
        break;
      }
      case 'passed':
        masks.set(name, own[0] ?? '');
        break;
      case 'all':
        masks.set(
          name,
          own.slice(1).reduce<string>((all, mask) => operation(all, mask ?? ''), own[0] ?? ''),
        );
        break;
      case 'any': {
        const wide = inputs.map((input, at) => {
          const mask = own[at] ?? null;
          return mask === null ? operation(input) : operation(operation(mask), operation(input));
        });
        masks.set(name, operation(operation(...wide)));
        break;
      }
      case 'none':
        break;
    }
  }
  return calls;
}
