import type { TensorDifference } from './tensorDifference';

/** How far every tensor of two runs is apart after some steps. */
export interface MeasuredWeights {
  readonly steps: readonly {
    readonly step: number;
    readonly tensors: readonly { readonly name: string; readonly difference: TensorDifference }[];
  }[];
}

/** In the folder of a run that was trained again to be measured. */
export function weightsFileAfter(step: number): string {
  return `weights-after-${step}.safetensors`;
}

/** Steps that are measured at most. */
const MOST = 20;

/** 1, 2, 4, 8 …, since most differences arise early, and as many evenly between as there is room for. */
export function stepsToMeasure(steps: number): readonly number[] {
  const chosen = new Set<number>();
  for (let step = 1; step < steps; step *= 2) chosen.add(step);
  const even = Math.max(0, MOST - chosen.size);
  for (let at = 1; at <= even; at++) {
    const step = Math.round((at * steps) / (even + 1));
    if (step >= 1 && step < steps) chosen.add(step);
  }
  return [...chosen].sort((a, b) => a - b);
}
