import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WeightStage } from '../../shared/evaluation/evaluation';
import { AppError } from '../../shared/lib/appError';
import { runFiles } from '../../shared/runs/runFiles';
import { PREDICTIONS_FILE, type Script } from '../../shared/training/script';
import { readManifest } from '../runs/readRun';
import { doneOrAborted, startScript } from '../training/trainerHost';
import type { TrainAgainPorts } from '../training/trainAgain';

const weightFiles: Readonly<Record<WeightStage, string>> = {
  initial: runFiles.initialWeights,
  final: runFiles.finalWeights,
};

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
  which: 'held-out' | 'all',
  place: string,
  ports: TrainAgainPorts,
): Promise<void> {
  const { architecture, training, randomness, recording, createdAt, data } = readManifest(folder);
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
    data: data.source,
    datasetsFolder: ports.datasetsFolder,
    initialWeights: join(folder, weightFiles[stage]),
  };
  const request = which === 'all' ? 'predict-all' : 'predict';
  const running = startScript(script, ports.spawn, () => {}, request);
  await doneOrAborted(running, ports.signal, () => running.kill()).catch((error: unknown) => {
    if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
    throw error;
  });
}

/** What `predictRun` left in a folder: float32 [rows, outputs]. */
export function predictions(place: string): Float32Array {
  const bytes = new Uint8Array(readFileSync(join(place, PREDICTIONS_FILE)));
  return new Float32Array(bytes.buffer);
}
