import { toAppError } from '../../shared/lib/appError';
import type { RunEvidence } from '../../shared/runs/run';
import { recordedDifference } from '../../shared/runs/divergence/recorded';
import type { Script } from '../../shared/training/script';
import { join } from 'node:path';
import { readRun } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { doneOrAborted, startScript } from './trainerHost';
import type { SpawnTrainer } from './trainerProcess';

export interface TrainAgainPorts {
  readonly spawn: SpawnTrainer;
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
}

/**
 * Trains a run again as it was recorded, in a process like its own, up to a step.
 * @returns its records and their folder, or a sentence on why it is not the same run
 */
export async function trainAgain(
  run: RunEvidence,
  folder: string,
  { place, step, hashesFrom, isTraced, keepsWeightsAt = [] }: Again,
  { spawn, datasetsFolder, signal }: TrainAgainPorts,
): Promise<{ readonly run: RunEvidence; readonly folder: string } | string> {
  const { model } = run.manifest.script;
  let script: Script;
  try {
    script = readScript(folder);
  } catch (error) {
    return toAppError(error).message;
  }
  const placed = Object.fromEntries(
    Object.entries(script.models).map(([name, own]) => [
      name,
      { ...own, folder: join(place, name) },
    ]),
  ) as Script['models'];
  const running = startScript(
    {
      ...script,
      models: placed,
      datasetsFolder,
      recording: { ...script.recording, hashEverySteps: 1, hashesFrom },
      until: {
        model,
        step,
        ...(isTraced && { isTraced }),
        ...(keepsWeightsAt.length > 0 && { keepsWeightsAt: [...keepsWeightsAt] }),
      },
    },
    spawn,
    () => {},
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
    if (again.losses.length < step) return `it ended after ${again.losses.length} steps.`;
    if (difference === null) return { run: again, folder: join(place, model) };
    return `its ${difference.kind.replace('-', ' ')} differs at step ${difference.step}.`;
  } catch (error) {
    return toAppError(error).message;
  }
}
