import {
  capabilitiesOf,
  factsOfRan,
  type EnvironmentRecord,
} from '../../shared/engines/engineCatalog';
import type { TrainingEvent } from '../../shared/training/trainingEvent';
import { existsSync } from 'node:fs';
import type { RunEvidence } from '../../shared/runs/run';
import type { Script, ScriptModel } from '../../shared/training/script';
import type { RunEvent, TrainerEvent } from '../../shared/training/wire';
import { totalSteps } from '../../shared/training/trainingConfig';
import { readCallbacks, readEpochs } from '../runs/readRun';
import { readableSnapshot } from '../runs/snapshot';
import { startScript, type RunningScript } from './trainerHost';
import type { SpawnTrainer } from './trainerProcess';
import { readWhatIsThere } from './evidence';

/**
 * Starts a script, or resumes what an earlier process left of it, reporting what is recorded first.
 * @returns null if all of it is finished
 */
export function beginScript(
  script: Script,
  how: 'start' | 'resume',
  spawn: SpawnTrainer,
  emit: (event: RunEvent | Note) => void,
): RunningScript | null {
  const tell = (event: TrainerEvent) => {
    if ('run' in event) emit(event);
  };
  const { isResumable } = capabilitiesOf(script.engine.mode);
  if (how === 'start') return startScript(script, spawn, tell);
  const models = (['a', 'b'] as const).flatMap((model) => {
    const own = script.models[model];
    return own === undefined ? [] : [{ own, evidence: runAt(own.folder) }];
  });
  const isFinished = models.every(({ evidence }) => evidence?.outcome?.status === 'finished');
  // If the engine cannot resume to the same bits, the whole process starts again.
  if (!isFinished && !isResumable) {
    const before = models.flatMap(({ evidence }) => evidence?.manifest.ran ?? [])[0];
    return startScript(script, spawn, (event) => {
      tell(event);
      if (event.type === 'run-started' && before !== undefined) tellOther(before, event.ran, emit);
    });
  }
  for (const { own, evidence } of models) if (evidence) tellRecorded(own, evidence, emit);
  if (!isFinished) {
    return startScript(script, spawn, tell, 'resume');
  }
  for (const { own, evidence } of models) {
    if (evidence?.outcome) emit({ type: 'run-ended', run: own.runId, outcome: evidence.outcome });
  }
  return null;
}

type Note = Extract<TrainingEvent, { readonly type: 'note' }>;

/** A run that begins anew elsewhere does not end in the bits that it would have had. */
function tellOther(
  before: EnvironmentRecord,
  now: EnvironmentRecord,
  emit: (event: Note) => void,
): void {
  const facts = new Map(factsOfRan(now).map(({ label, value }) => [label, value]));
  for (const { label, value } of factsOfRan(before)) {
    const other = facts.get(label);
    if (other === undefined || other === value) continue;
    emit({
      type: 'note',
      text: `It began with ${label} ${value} and is trained again with ${other}.`,
    });
  }
}

function runAt(folder: string): RunEvidence | null {
  return existsSync(folder) ? readWhatIsThere(folder) : null;
}

/** Reports up to the last snapshot; what comes after it is trained again, to the same bits. */
function tellRecorded(
  { runId: run, folder }: ScriptModel,
  { manifest, losses, outcome }: RunEvidence,
  emit: (event: RunEvent) => void,
): void {
  const isFinished = outcome?.status === 'finished';
  const steps = isFinished ? losses.length : (readableSnapshot(folder)?.place.step ?? 0);
  const { training, data, ran } = manifest;
  if (isFinished) {
    const all = totalSteps(training, data);
    emit({ type: 'run-started', run, totalSteps: all, ran });
  }
  if (steps === 0) return;
  const recorded = losses.slice(0, steps);
  emit({ type: 'losses', run, firstStep: 1, losses: recorded, isRecorded: true });
  const records = readEpochs(folder).filter(({ lastStep }) => lastStep <= steps);
  if (records.length > 0) emit({ type: 'epochs-ended', run, records });
  const acted = readCallbacks(folder).filter(({ step }) => step <= steps);
  if (acted.length > 0) emit({ type: 'callbacks-acted', run, records: acted });
}
