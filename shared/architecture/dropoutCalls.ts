import type { DropoutCall } from '../runs/run';
import type { Architecture } from './architecture';
import { drawsNumbers } from './layerCatalog';
import { forwardPlan } from './forwardPlan';

/** Calls of layers that draw, such as dropout, of one forward pass, in the order of the plan. */
export function dropoutCalls(architecture: Architecture): readonly DropoutCall[] {
  const uses = new Map<string, number>();
  return forwardPlan(architecture).calls.flatMap(({ spec }) => {
    if (!drawsNumbers(spec) || !('seed' in spec)) return [];
    const use = (uses.get(spec.id) ?? 0) + 1;
    uses.set(spec.id, use);
    return [{ layer: spec.id, use, seed: spec.seed }];
  });
}
