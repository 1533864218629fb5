import { layersOf, type Architecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { definitionOf, type LayerSpec } from '../architecture/layerCatalog';

/** What Keras calls the operations that make masks, one after the other. */
const OF_MASKS = /^(concatenate|any|not_equal|logical_or|expand_dims|zeros_like|ones_like)(_\d+)?$/;

/**
 * Names of layers in Keras: their ids, except for layers that join values where masks are joined too. Keras 3 names
 * its operations without regard to given names, and refuses a graph that has one twice.
 */
export function kerasNames(architecture: Architecture): (layer: LayerSpec) => string {
  const joinsMasks = forwardPlan(architecture).calls.some(
    ({ spec, hasMask }) => hasMask && definitionOf(spec.kind).group === 'Merge',
  );
  if (!joinsMasks) return ({ id }) => id;
  const taken = new Set(layersOf(architecture).map(({ id }) => id));
  return ({ id, kind }) => {
    if (!OF_MASKS.test(id) || definitionOf(kind).group !== 'Merge') return id;
    let name = `${id}_layer`;
    while (taken.has(name)) name = `${name}_`;
    return name;
  };
}
