import { asSubclass, type Architecture } from './architecture';
import { asFunctional } from './bothStyles';
import { forwardPlan } from './forwardPlan';
import { definitionOf, maskWayOf } from './layerCatalog';

/**
 * Names of calls that get a mask in a Functional, but in a Model subclass none, because a layer before them took it off
 * the value (`takesMasks`). Keras 3 computes two different networks then.
 */
export function maskedInFunctionalOnly(architecture: Architecture): readonly string[] {
  const graph = asSubclass(architecture);
  if (!graph.members.some(({ kind }) => definitionOf(kind).takesMasks)) return [];
  const inSubclass = new Map(forwardPlan(graph).calls.map((own) => [own.name, own.inputMasks]));
  return forwardPlan(asFunctional(graph)).calls.flatMap(({ name, spec, inputMasks }) => {
    // What puts masks side by side has one in either style, but another.
    const heeds = definitionOf(spec.kind).usesMasks === true || maskWayOf(spec) === 'any';
    return heeds && inputMasks.join() !== inSubclass.get(name)?.join() ? [name] : [];
  });
}
