import type { Evaluation, EvaluationResult } from '../../shared/evaluation/evaluation';

/** A run with its results, as it is drawn beside others. */
export interface EvaluatedRun {
  /** Of this run with these weights. */
  readonly id: string;
  readonly label: string;
  readonly colour: string;
  readonly isDashed: boolean;
  readonly folder: string;
  readonly evaluation: Evaluation;
}

type Of<T extends EvaluationResult['target']> = Extract<EvaluationResult, { readonly target: T }>;

/** Those of one kind of target. */
export function resultsOf<T extends EvaluationResult['target']>(
  found: readonly EvaluatedRun[],
  target: T,
): readonly { readonly run: EvaluatedRun; readonly result: Of<T> }[] {
  return found.flatMap((run) => {
    const { result } = run.evaluation;
    return result.target === target ? [{ run, result: result as Of<T> }] : [];
  });
}

/** A share as people read it. */
export function shareText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(4);
}

/** A number with the digits that matter. */
export function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : String(Number(value.toPrecision(6)));
}
