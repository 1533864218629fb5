import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flipsOf, whyNoFlips, type Flips } from '../../shared/compare/flips';
import { AppError } from '../../shared/lib/appError';
import type { RunManifest } from '../../shared/runs/run';
import { runFiles } from '../../shared/runs/runFiles';
import { PREDICTIONS_FILE, type Script } from '../../shared/training/script';
import { trainedRows } from '../../shared/training/trainingConfig';
import { loadDataset } from '../data/loadDataset';
import { readManifest } from '../runs/readRun';
import { arrangedRows } from '../training/arrangedRows';
import { doneOrAborted, startScript } from '../training/trainerHost';
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
  for (const [index, manifest] of manifests.entries()) {
    ports.onPhase(`Predicting with the ${index === 0 ? 'first' : 'second'} network`);
    const script = scriptOf(manifest, folders[index as 0 | 1], join(place, String(index)), ports);
    const running = startScript(script, ports.spawn, () => {}, 'predict');
    await doneOrAborted(running, ports.signal, () => running.kill()).catch((error: unknown) => {
      if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
      throw error;
    });
  }
  const predicted = [join(place, '0'), join(place, '1')] as const;
  return { folders, predicted, datasetsFolder: ports.datasetsFolder };
}

function scriptOf(
  { architecture, training, randomness, recording, createdAt, data }: RunManifest,
  folder: string,
  place: string,
  { datasetsFolder }: TrainAgainPorts,
): Script {
  return {
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
    datasetsFolder,
    initialWeights: join(folder, runFiles.finalWeights),
  };
}

/** The rows whose predicted class differs. @throws {AppError} bad-data if the data has changed */
export async function flipsIn({
  folders,
  predicted,
  datasetsFolder,
}: PredictedPair): Promise<Flips> {
  const [a, b] = folders.map(readManifest) as [RunManifest, RunManifest];
  const loaded = await loadDataset(a.data.source, datasetsFolder);
  if (loaded.sha256 !== a.data.sha256) {
    throw new AppError(
      'bad-data',
      'The data has changed since the runs were trained.',
      'Put it back as it was.',
    );
  }
  const arranged = arrangedRows(loaded, a.training, a.randomness);
  const { labels, classes } = arranged;
  const first = trainedRows(a.training, arranged);
  const outputs = predicted.map((place) => {
    const bytes = new Uint8Array(readFileSync(join(place, PREDICTIONS_FILE)));
    return new Float32Array(bytes.buffer);
  }) as [Float32Array, Float32Array];
  const fromLogits = [a.training.fromLogits, b.training.fromLogits] as const;
  return flipsOf(outputs, labels.subarray(first), classes, first, fromLogits);
}
