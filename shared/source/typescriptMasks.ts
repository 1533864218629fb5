import type { SubclassArchitecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { maskWayOf } from '../architecture/layerCatalog';
import { identifiers } from './names';

/** The variable of a value's mask. */
interface MaskVariable {
  readonly variable: string;
  /** The line that makes it; none where it is that of an earlier value. */
  readonly made?: string;
}

/** Of each value of `call` that has a mask, by the value's name. @param variables of the values */
export function maskVariables(
  graph: SubclassArchitecture,
  variables: ReadonlyMap<string, string>,
  reserved: ReadonlySet<string>,
): ReadonlyMap<string, MaskVariable> {
  const found = new Map<string, MaskVariable>();
  const inputs = new Map(graph.calls.map((own) => [own.name, own.inputs]));
  const plan = forwardPlan(graph).calls.filter(({ hasMask }) => hasMask);
  const names = identifiers(
    plan.map(({ name }) => `${name}_mask`),
    new Set([...reserved, ...variables.values()]),
  );
  for (const { name, spec } of plan) {
    const [first = ''] = inputs.get(name) ?? [];
    const before = found.get(first);
    if (maskWayOf(spec) !== 'made') {
      if (before !== undefined) found.set(name, { variable: before.variable });
      continue;
    }
    const variable = names.get(`${name}_mask`) ?? '';
    const x = variables.get(first) ?? first;
    const mask =
      spec.kind === 'masking'
        ? `tf.any(tf.notEqual(${x}, ${spec.maskValue}), -1)`
        : `tf.notEqual(${x}, 0)`;
    found.set(name, { variable, made: `const ${variable} = ${mask};` });
  }
  return found;
}
