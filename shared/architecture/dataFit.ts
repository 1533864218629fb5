import type { Architecture } from './architecture';
import { forwardPlan, type Problem } from './forwardPlan';
import { sizeOf } from './shape';

/** What a network meets: the width of a row and the number of classes. */
export interface DataShape {
  readonly features: number;
  readonly classes: number;
}

/**
 * All that keeps a network from being trained on such data, the network's own problems first.
 * Inputs may have any shape that holds as many numbers as a row.
 */
export function trainingProblems(architecture: Architecture, data: DataShape): readonly Problem[] {
  const { calls, problems } = forwardPlan(architecture);
  if (problems.length > 0) return problems;
  const found: Problem[] = [];
  const inputs = sizeOf(architecture.inputShape);
  if (inputs !== data.features) {
    found.push({
      layer: null,
      message: `The network takes rows of ${inputs} features, but the data has ${data.features}.`,
    });
  }
  const last = calls.at(-1);
  const outputs = sizeOf(last?.output ?? []);
  if (last !== undefined && outputs !== data.classes) {
    found.push({
      layer: last.spec.id,
      message: `The network's output has ${outputs} units, but the data has ${data.classes} classes.`,
    });
  }
  return found;
}
