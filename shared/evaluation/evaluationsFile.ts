import { z } from 'zod';
import { evaluationSchema, type Evaluation } from './evaluation';

/** evaluations.json: what a run's network was found to be worth on its own data, one for each of its weights. */
export const evaluationsSchema = z.strictObject({
  twintrain: z.literal('evaluations'),
  version: z.literal(1),
  evaluations: z.array(evaluationSchema).max(16),
});
export type EvaluationsFile = z.infer<typeof evaluationsSchema>;

/** With another one in place of an earlier one of the same weights and rows. */
export function withEvaluation(all: readonly Evaluation[], own: Evaluation): EvaluationsFile {
  const isSame = (other: Evaluation) =>
    other.weights === own.weights && other.data.which === own.data.which;
  return {
    twintrain: 'evaluations',
    version: 1,
    evaluations: [...all.filter((other) => !isSame(other)), own],
  };
}

/** Whether the counts of an evaluation add up to its rows, and its accuracy follows from them. */
export function addsUp({ data: { rows }, result }: Evaluation): boolean {
  if (result.target === 'number') return result.numbers.every((own) => own.residuals.rows === rows);
  const sum = (counts: readonly (readonly number[])[]) =>
    counts.flat().reduce((total, own) => total + own, 0);
  if (result.target === 'labels') {
    return result.labels.every(({ confusion }) => sum(confusion) === rows);
  }
  const right = result.confusion.reduce((total, row, at) => total + (row[at] ?? 0), 0);
  return sum(result.confusion) === rows && result.report.accuracy === right / rows;
}
