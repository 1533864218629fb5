import { countText } from '../../shared/lib/countText';
import { AppError, toAppError } from '../../shared/lib/appError';
import type { EngineChoice } from '../../shared/engines/engineCatalog';
import { runFiles } from '../../shared/runs/runFiles';
import type { RunEvidence } from '../../shared/runs/run';
import { recordedDifference } from '../../shared/runs/divergence/recorded';
import type { Script } from '../../shared/training/script';
import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readRun } from '../runs/readRun';
import { snapshotFileAfter } from '../runs/snapshot';
import { readScript } from '../runs/readScript';
import { placedModels } from './placedModels';
import { doneOrAborted, startScript } from './trainerHost';
import type { SpawnTrainer } from './trainerProcess';

export interface TrainAgainPorts {
  readonly spawn: SpawnTrainer;
  /** Makes sure that what an engine needs is there. */
  readonly ready: (engine: EngineChoice) => Promise<void>;
  readonly datasetsFolder: string;
  readonly signal: AbortSignal;
}

export interface Again {
  /** Folder in which the models' folders are made. */
  readonly place: string;
  /** The last step. */
  readonly step: number;
  /** The first step after which every tensor is hashed. */
  readonly hashesFrom: number;
  /** Notes every operation of the last step, which is then computed one operation after the other. */
  readonly isTraced: boolean;
  /** Steps after which the weights are kept. */
  readonly keepsWeightsAt?: readonly number[];
  /** Steps after which the whole state is kept, and the weights are hashed; of engines that can resume. */
  readonly keepsStateAt?: readonly number[];
  /** Goes on from a state that an earlier training kept; null trains from the start. */
  readonly from?: KeptState | null;
}

/** A state that was kept while a run was trained again. */
export interface KeptState {
  /** That training's place. */
  readonly place: string;
  readonly step: number;
}

/** The last step before `step` after which both hashed the same weights; 0 is the start. */
export function lastEqualHash(a: RunEvidence, b: RunEvidence, step: number): number {
  const others = new Map(b.weightHashes.map((own) => [own.step, own.sha256]));
  const equal = a.weightHashes.filter(
    (own) => own.step < step && others.get(own.step) === own.sha256,
  );
  return equal.at(-1)?.step ?? 0;
}

/**
 * Trains two runs again, one after the other, each as it was.
 * @param place folder in which each gets a folder
 * @throws {AppError} bad-run-folder if one is not reproducible here, stopped
 */
export async function trainBothAgain(
  folders: readonly [string, string],
  runs: readonly [RunEvidence, RunEvidence],
  place: string,
  how: Omit<Again, 'place' | 'from'> & {
    readonly from?: readonly [KeptState | null, KeptState | null];
  },
  ports: TrainAgainPorts & { readonly onPhase: (phase: string) => void },
): Promise<readonly [Trained, Trained]> {
  const made: Trained[] = [];
  for (const [index, folder] of folders.entries()) {
    const which = index === 0 ? 'first' : 'second';
    ports.onPhase(
      how.isTraced
        ? `Observing step ${how.step} of the ${which} run${observingNote(runs[index as 0 | 1])}`
        : `Training the ${which} run again up to step ${how.step}`,
    );
    const from = how.from?.[index as 0 | 1] ?? null;
    const own = { ...how, from, place: join(place, String(index)) };
    const result = await trainAgain(runs[index as 0 | 1], folder, own, ports);
    if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
    if (typeof result === 'string') {
      throw new AppError(
        'bad-run-folder',
        `The ${which} run is not reproducible here: ${result}`,
        isOfData(result)
          ? 'Put the data back as it was when the run was trained.'
          : 'Train runs again on the machine and with the versions that they were recorded with.',
      );
    }
    made.push(result);
  }
  return made as [Trained, Trained];
}

function isOfData(why: string): boolean {
  return /\bdata\b|There is no file/.test(why);
}

function observingNote({ manifest }: RunEvidence): string {
  return manifest.engine.mode === 'keras-jax' ? ', which JAX compiles some dozens of times' : '';
}

interface Trained {
  readonly run: RunEvidence;
  readonly folder: string;
}

/**
 * Trains a run again as it was recorded, in a process like its own, up to a step.
 * @returns its records and their folder, or a sentence on why it is not the same run
 */
export async function trainAgain(
  run: RunEvidence,
  folder: string,
  { place, step, hashesFrom, isTraced, keepsWeightsAt = [], keepsStateAt = [], from = null }: Again,
  { spawn, ready, datasetsFolder, signal }: TrainAgainPorts,
): Promise<{ readonly run: RunEvidence; readonly folder: string } | string> {
  const { model } = run.manifest.script;
  let script: Script;
  try {
    script = readScript(folder);
  } catch (error) {
    return toAppError(error).message;
  }
  await ready(script.engine.mode);
  if (from !== null) continueFrom(from, model, place);
  const running = startScript(
    {
      ...script,
      models: placedModels(script, (_, name) => join(place, name)),
      datasetsFolder,
      recording: { ...script.recording, hashEverySteps: 1, hashesFrom },
      until: {
        model,
        step,
        ...(isTraced && { isTraced }),
        ...(keepsWeightsAt.length > 0 && { keepsWeightsAt: [...keepsWeightsAt] }),
        ...(keepsStateAt.length > 0 && { keepsStateAt: [...keepsStateAt] }),
      },
    },
    spawn,
    () => {},
    from === null ? 'start' : 'resume',
  );
  try {
    await doneOrAborted(running, signal, () => running.kill());
    const again = readRun(join(place, model));
    if (again.manifest.data.sha256 !== run.manifest.data.sha256) {
      return 'its data has changed since it was trained.';
    }
    // A traced step may round otherwise than the compiled one; all before it must be the same.
    const steps = isTraced ? step - 1 : step;
    const cut = (own: RunEvidence): RunEvidence => ({
      ...own,
      losses: own.losses.slice(0, steps),
      weightHashes: [],
      finalWeights: null,
    });
    const difference = recordedDifference(cut(run), cut(again));
    if (again.losses.length < step) {
      const why = again.outcome?.error?.message ?? '';
      return `it ended after ${countText(again.losses.length, 'step')}. ${why}`.trim();
    }
    if (difference === null) return { run: again, folder: join(place, model) };
    return `its ${difference.kind.replace('-', ' ')} differs at step ${difference.step}.`;
  } catch (error) {
    return toAppError(error).message;
  }
}

/** Makes the records of an earlier training, cut at one of its states, those of a training that goes on. */
function continueFrom({ place: before, step }: KeptState, model: string, place: string): void {
  const isState = /^snapshot-after-/;
  cpSync(before, place, { recursive: true, filter: (path) => !isState.test(basename(path)) });
  const state = join(before, model, snapshotFileAfter(step));
  cpSync(state, join(place, model, runFiles.snapshot));
}
