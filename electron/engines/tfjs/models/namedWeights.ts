import type { layers, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Architecture } from '../../../../shared/architecture/architecture';
import { forwardPlan } from '../../../../shared/architecture/forwardPlan';
import type { NamedWeight } from './trainable';

/**
 * Pairs the library's weights of each built layer with the plan's roles.
 * @throws {Error} if the library made other weights than planned: a bug in the layer's definition
 */
export function namedWeights(
  architecture: Architecture,
  layerById: ReadonlyMap<string, layers.Layer>,
): NamedWeight[] {
  return forwardPlan(architecture).calls.flatMap(({ spec, weights }) => {
    if (weights.length === 0) return [];
    const made = layerById.get(spec.id)?.weights ?? [];
    if (made.length !== weights.length) {
      throw new Error(
        `Layer ${spec.id} has ${made.length} weights, but ${weights.length} were planned`,
      );
    }
    return weights.map((plan, index) => {
      const variable = made[index]?.read() as Variable;
      if (variable.shape.join() !== plan.shape.join()) {
        throw new Error(
          `${spec.id}/${plan.role} is [${variable.shape}], but [${plan.shape}] was planned`,
        );
      }
      const { role, initialiser, seed, isTrainable, rule = null } = plan;
      return { layer: spec.id, role, initialiser, seed, isTrainable, rule, variable };
    });
  });
}
