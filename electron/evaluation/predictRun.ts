import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from '../../shared/data/dataSource';
import type { WeightStage } from '../../shared/evaluation/evaluation';
import { AppError } from '../../shared/lib/appError';
import { runFiles } from '../../shared/runs/runFiles';
import type { TrainingConfig } from '../../shared/training/trainingConfig';
import { PREDICTIONS_FILE, type Script } from '../../shared/training/script';
import { readManifest } from '../runs/readRun';
import { doneOrAborted, startScript } from '../training/trainerHost';
import type { TrainAgainPorts } from '../training/trainAgain';

const weightFiles: Readonly<Record<WeightStage, string>> = {
  initial: runFiles.initialWeights,
  best: runFiles.bestWeights,
  final: runFiles.finalWeights,
};

/** Rows to predict: of a run's data, or of other data, prepared as its own. */
export interface Rows {
  readonly which: 'held-out' | 'all';
  readonly data: DataSource;
  readonly training: TrainingConfig;
}

/**
 * Lets a run's network predict rows of its data, in a process of its own. It is computed by TensorFlow.js,
 * whatever trained the run.
 *
 * @param place a folder for what it outputs, which `predictions` reads
 * @throws {AppError} file-not-found, bad-data, bad-run-folder, stopped
 */
export async function predictRun(
  folder: string,
  stage: WeightStage,
  which: Rows['which'],
  place: string,
  ports: TrainAgainPorts,
): Promise<void> {
  const { data, training } = readManifest(folder);
  await predictRows(folder, stage, { which, data: data.source, training }, place, ports);
}

/** The same of any rows. */
export async function predictRows(
  folder: string,
  stage: WeightStage,
  { which, data, training }: Rows,
  place: string,
  ports: TrainAgainPorts,
): Promise<void> {
  const { architecture, randomness, recording, createdAt } = readManifest(folder);
  const weights = weightsFileOf(folder, stage);
  const script: Script = {
    protocol: null,
    createdAt,
    actions: [],
    models: { a: { runId: 'predicted', folder: place, architecture } },
    training,
    randomness,
    environment: { threads: 1, onednn: false },
    recording,
    engine: { asked: 'eager', mode: 'eager' },
    data,
    datasetsFolder: ports.datasetsFolder,
    initialWeights: weights,
  };
  const request = which === 'all' ? 'predict-all' : 'predict';
  const running = startScript(script, ports.spawn, () => {}, request);
  await doneOrAborted(running, ports.signal, () => running.kill()).catch((error: unknown) => {
    if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
    throw error;
  });
}

/** @throws {AppError} bad-run-folder if a run has no such weights */
export function weightsFileOf(folder: string, stage: WeightStage): string {
  const path = join(folder, weightFiles[stage]);
  if (!existsSync(path)) throw noWeights(folder, stage);
  return path;
}

function noWeights(folder: string, stage: WeightStage): AppError {
  return stage === 'best'
    ? new AppError(
        'bad-run-folder',
        `${folder} has kept no weights of a best epoch.`,
        'Train with the callback that keeps them, or use the final weights.',
      )
    : new AppError(
        'bad-run-folder',
        `${folder} has no ${stage} weights${stage === 'final' ? ': it has not ended' : ''}.`,
        'Choose another run, or resume this one.',
      );
}

/** What `predictRun` left in a folder: float32 [rows, outputs]. */
export function predictions(place: string): Float32Array {
  const bytes = new Uint8Array(readFileSync(join(place, PREDICTIONS_FILE)));
  return new Float32Array(bytes.buffer);
}
