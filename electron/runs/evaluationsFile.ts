import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluation } from '../../shared/evaluation/evaluation';
import { evaluationsSchema, withEvaluation } from '../../shared/evaluation/evaluationsFile';
import { runFiles } from '../../shared/runs/runFiles';
import { writeWhole } from '../files/writeFile';

/** What was found of a run before; none where the file is missing or cannot be read. */
export function readEvaluations(folder: string): readonly Evaluation[] {
  const path = join(folder, runFiles.evaluations);
  if (!existsSync(path)) return [];
  try {
    return evaluationsSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).evaluations;
  } catch {
    return [];
  }
}

/** Keeps an evaluation with the run's records. @throws {AppError} cannot-write, disk-full */
export function keepEvaluation(folder: string, evaluation: Evaluation): void {
  const file = withEvaluation(readEvaluations(folder), evaluation);
  writeWhole(join(folder, runFiles.evaluations), `${JSON.stringify(file, null, 2)}\n`);
}
