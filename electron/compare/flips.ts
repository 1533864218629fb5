import { join } from 'node:path';
import { flipsOf, whyNoFlips, type Flips } from '../../shared/compare/flips';
import { AppError } from '../../shared/lib/appError';
import type { RunManifest } from '../../shared/runs/run';
import { predictions, predictRun } from '../evaluation/predictRun';
import { runRows } from '../evaluation/runRows';
import { readManifest } from '../runs/readRun';
import type { TrainAgainPorts } from '../training/trainAgain';

type Pair<T> = readonly [T, T];

/** Two runs, and folders with what their networks output for the rows that they hold out. */
export interface PredictedPair {
  readonly folders: Pair<string>;
  readonly predicted: Pair<string>;
  readonly datasetsFolder: string;
}

/**
 * Lets the networks of two runs, with their final weights, predict the rows that both hold out. It is
 * computed by TensorFlow.js, whatever trained them.
 *
 * @param place a folder for it
 * @throws {AppError} bad-run-folder with why there is nothing to compare, stopped
 */
export async function predictHeldOut(
  folders: Pair<string>,
  place: string,
  ports: TrainAgainPorts & { readonly onPhase: (phase: string) => void },
): Promise<PredictedPair> {
  const manifests = folders.map(readManifest) as [RunManifest, RunManifest];
  const why = whyNoFlips(...manifests);
  if (why !== null) throw new AppError('bad-run-folder', why, 'Compare runs with the same split.');
  await ports.ready('eager');
  for (const index of [0, 1] as const) {
    ports.onPhase(`Predicting with the ${index === 0 ? 'first' : 'second'} network`);
    await predictRun(folders[index], 'final', 'held-out', join(place, String(index)), ports);
  }
  const predicted = [join(place, '0'), join(place, '1')] as const;
  return { folders, predicted, datasetsFolder: ports.datasetsFolder };
}

/** The rows whose predicted class differs. @throws {AppError} bad-data if the data has changed */
export async function flipsIn({
  folders,
  predicted,
  datasetsFolder,
}: PredictedPair): Promise<Flips> {
  const [a, b] = folders.map(readManifest) as [RunManifest, RunManifest];
  const { arranged, firstHeldOut: first } = await runRows(a, datasetsFolder);
  const { labels, classes } = arranged;
  const outputs = predicted.map(predictions) as [Float32Array, Float32Array];
  const fromLogits = [a.training.fromLogits, b.training.fromLogits] as const;
  return flipsOf(outputs, labels.subarray(first), classes, first, fromLogits);
}
