import { existsSync } from 'node:fs';
import type { RunEvidence } from '../../shared/runs/run';
import type { Script, TrainerEvent } from '../../shared/training/script';
import { totalSteps } from '../../shared/training/trainingConfig';
import { readEpochs } from '../runs/readRun';
import { readableSnapshot } from '../runs/snapshot';
import { startScript, type RunningScript, type SpawnTrainer } from './trainerHost';
import { readWhatIsThere } from './evidence';

/**
 * Starts a script, or resumes what an earlier process left of it: what is recorded is told first.
 * @returns null where all of it is finished
 */
export function beginScript(
  script: Script,
  how: 'start' | 'resume',
  spawn: SpawnTrainer,
  onEvent: (event: TrainerEvent) => void,
): RunningScript | null {
  if (how === 'start') return startScript(script, spawn, onEvent);
  const models = (['a', 'b'] as const).flatMap((model) => {
    const own = script.models[model];
    return own === undefined ? [] : [{ model, folder: own.folder, run: runAt(own.folder) }];
  });
  for (const { model, folder, run } of models) if (run) tellRecorded(model, folder, run, onEvent);
  if (!models.every(({ run }) => run?.outcome?.status === 'finished')) {
    return startScript(script, spawn, onEvent, 'resume');
  }
  for (const { model, run } of models) {
    if (run?.outcome) onEvent({ type: 'run-ended', model, outcome: run.outcome });
  }
  return null;
}

function runAt(folder: string): RunEvidence | null {
  return existsSync(folder) ? readWhatIsThere(folder) : null;
}

/** What comes after the last snapshot will be trained again, to the same bits. */
function tellRecorded(
  model: 'a' | 'b',
  folder: string,
  { manifest, losses, outcome }: RunEvidence,
  onEvent: (event: TrainerEvent) => void,
): void {
  const isFinished = outcome?.status === 'finished';
  const steps = isFinished ? losses.length : (readableSnapshot(folder)?.place.step ?? 0);
  const { training, data, ran } = manifest;
  if (isFinished) {
    const all = totalSteps(training, data.rows);
    onEvent({ type: 'run-started', model, totalSteps: all, engine: ran.engine });
  }
  if (steps === 0) return;
  const recorded = losses.slice(0, steps);
  onEvent({ type: 'losses', model, firstStep: 1, losses: recorded, isRecorded: true });
  const records = readEpochs(folder).filter(({ lastStep }) => lastStep <= steps);
  if (records.length > 0) onEvent({ type: 'epochs-ended', model, records });
}
