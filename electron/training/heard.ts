import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { problemsOf } from '../../shared/lib/issueText';
import { runFiles } from '../../shared/runs/runFiles';
import type { Script } from '../../shared/training/script';
import { WIRE_VERSION, wireEventSchema, type TrainerEvent } from '../../shared/training/wire';

/**
 * Parses a line from a training process. Losses are named by step; their values are read from the run's
 * folder, where they are recorded before the line is written.
 * @throws {AppError} trainer-died if it is not a valid line
 */
export function heard(line: string, { models: { a, b } }: Script): TrainerEvent {
  const event = parsed(line);
  if (event.type !== 'losses') return event;
  const { run, firstStep, count } = event;
  const folder = [a, b].find((own) => own?.runId === run)?.folder;
  if (folder === undefined) throw notUnderstood(`a run that is not its own, ${run}`);
  return { type: 'losses', run, firstStep, losses: recordedLosses(folder, firstStep, count) };
}

function parsed(line: string) {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw notUnderstood(`"${line.slice(0, 200)}"`);
  }
  const result = wireEventSchema.safeParse(value);
  if (result.success) return result.data;
  throw notUnderstood(`a line whose ${problemsOf(result.error)}`);
}

/** float32, steps from `firstStep` on. */
function recordedLosses(folder: string, firstStep: number, count: number): Float32Array {
  const losses = new Float32Array(count);
  const bytes = new Uint8Array(losses.buffer);
  const file = openSync(join(folder, runFiles.losses), 'r');
  try {
    const start = (firstStep - 1) * losses.BYTES_PER_ELEMENT;
    const read = readSync(file, bytes, 0, bytes.length, start);
    if (read < bytes.length) throw notUnderstood(`losses that are not in ${folder}`);
  } finally {
    closeSync(file);
  }
  return losses;
}

function notUnderstood(what: string): AppError {
  return new AppError(
    'trainer-died',
    `The training process sent ${what}, which was not understood, and was ended. What it recorded is in the run folder.`,
    `Training processes must speak version ${WIRE_VERSION} of the protocol: reinstall Twintrain completely.`,
  );
}
