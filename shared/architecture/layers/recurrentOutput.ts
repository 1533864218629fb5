import type { Shape, ShapeOrProblem } from './definition';

/** [steps, features] -> the last state, or all of them. */
export function recurrentOutput(
  label: string,
  { units, returnSequences }: { readonly units: number; readonly returnSequences: boolean },
  input: Shape | undefined,
): ShapeOrProblem {
  if (input?.length !== 2) {
    return { problem: `${label} takes shape [steps, features], not [${input?.join(', ') ?? ''}].` };
  }
  return returnSequences ? [...input.slice(0, 1), units] : [units];
}
