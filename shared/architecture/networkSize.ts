import type { PlannedLayer } from './forwardPlan';
import { sizeOf } from './shape';

const FLOAT_BYTES = 4;

export interface LayerSize {
  /** Number of parameters of this call's layer; 0 if it was called before. */
  readonly parameters: number;
  readonly trainable: number;
  /** How many numbers the call outputs for one row. */
  readonly outputs: number;
}

export function sizeOfLayer({ weights, output }: PlannedLayer): LayerSize {
  const count = (own: PlannedLayer['weights']) =>
    own.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return {
    parameters: count(weights),
    trainable: count(weights.filter(({ isTrainable }) => isTrainable)),
    outputs: sizeOf(output),
  };
}

/**
 * The memory that training needs at least: each trainable weight with its gradient and optimiser slots,
 * the other weights, and every layer's output for every row of a batch, for the backward pass.
 * Workspaces of single operations come on top.
 * @param slots numbers that the optimiser keeps for each weight
 * @returns bytes, of float32
 */
export function trainingBytes(
  calls: readonly PlannedLayer[],
  batchSize: number,
  slots: number,
): number {
  const sizes = calls.map(sizeOfLayer);
  const sum = (of: (size: LayerSize) => number) =>
    sizes.reduce((total, size) => total + of(size), 0);
  return (
    FLOAT_BYTES *
    (sum(({ parameters }) => parameters) +
      sum(({ trainable }) => trainable) * (1 + slots) +
      sum(({ outputs }) => outputs) * batchSize)
  );
}
