import type { Architecture } from '../../shared/architecture/architecture';
import { trainingProblems } from '../../shared/architecture/dataFit';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { sizeOf } from '../../shared/architecture/shape';
import { splitRows } from '../../shared/training/groupSplit';
import type { CountedRows } from '../../shared/training/heldOut';
import { AppError } from '../../shared/lib/appError';
import type { Script } from '../../shared/training/script';
import { trainedRows, type TrainingConfig } from '../../shared/training/trainingConfig';
import { dataShapeOf, targetsOf, type Dataset } from '../data/dataset';
import { loadDataset, loadFirstRows } from '../data/loadDataset';
import { arrangedRows } from './arrangedRows';

/** The rows to train on, row-major float32; the engine keeps a native copy. */
export interface TrainingData {
  readonly rows: number;
  /** Rows after those, used only for evaluation. */
  readonly validationRows: number;
  /** Shape of one row's input, without the batch axis. */
  readonly inputShape: readonly number[];
  readonly inputs: Float32Array;
  /** Whether they are changed at random before every epoch. */
  readonly changesInputs: boolean;
  /** Numbers per row of `targets`: one-hot classes, 1 for a binary output, or those to predict. */
  readonly targetSize: number;
  readonly targets: Float32Array;
  /** What each row's loss counts; null if all count 1. */
  readonly rowWeights: Float32Array | null;
}

/** The script's data, the rows for validation last. @throws {AppError} bad-data, file-not-found */
export async function datasetOf({
  data,
  datasetsFolder,
  training,
  randomness,
}: Script): Promise<Dataset> {
  return arrangedRows(await loadDataset(data, datasetsFolder), training, randomness);
}

/** Bytes of inputs from which on measuring takes only some of the rows. */
const LARGE_BYTES = 32 * 1024 * 1024;
const MEASURED_BATCHES = 16;

/**
 * Rows to measure the speed of training on, and how many there are in all. Of large data only some batches
 * are loaded, the last of them as short as the last one of an epoch.
 * @throws {AppError} bad-data, file-not-found
 */
export async function measuredRows({
  data,
  datasetsFolder,
  training,
  randomness: { seed },
}: Script): Promise<{ readonly dataset: Dataset; readonly all: CountedRows }> {
  const { dataset, facts } = await loadFirstRows(data, datasetsFolder, (known) => {
    const { rows, features } = known;
    if (4 * rows * features < LARGE_BYTES) return rows;
    const { batchSize } = training;
    const trained = trainedRows(training, splitRows(known, training, seed));
    return Math.min(trained, MEASURED_BATCHES * batchSize + (trained % batchSize));
  });
  const all = splitRows(facts, training, seed);
  // A part of the rows has none that are held out.
  return { dataset: dataset.rows < all.rows ? { ...dataset, heldOut: null } : dataset, all };
}

/** How many numbers the script's networks output for a row. */
export function outputsOf({ models: { a, b } }: Script): number {
  const architecture = (a ?? b)?.architecture;
  if (architecture === undefined) throw new Error('The script has no model');
  return sizeOf(forwardPlan(architecture).calls.at(-1)?.output ?? []);
}

/** Guards what reaches an engine. @throws {AppError} bad-project */
export function assertTrainable(architecture: Architecture, dataset: Dataset): void {
  const [problem] = trainingProblems(architecture, dataShapeOf(dataset));
  if (problem === undefined) return;
  const place = problem.layer === null ? '' : ` at "${problem.layer}"`;
  throw new AppError(
    'bad-project',
    `The ${architecture.style} network cannot be trained${place}: ${problem.message}`,
    problem.remedy ?? 'Change the network or choose other data.',
  );
}

/**
 * Labels as one-hot rows, or as one number if the network outputs one, or numbers as they are; the last rows are held out
 * for validation.
 * @throws {AppError} bad-project if no row is left to train on
 */
export function trainingDataOf(
  dataset: Dataset,
  training: TrainingConfig,
  outputs: number,
): TrainingData {
  const rows = trainedRows(training, dataset);
  if (rows <= 0) {
    throw new AppError(
      'bad-project',
      `A validation split of ${training.validationSplit} leaves none of the ${dataset.rows} rows for training.`,
      'Take a smaller split.',
    );
  }
  return {
    rows,
    validationRows: dataset.rows - rows,
    inputShape: [dataset.features],
    inputs: dataset.inputs,
    changesInputs: training.augmentation !== null,
    ...targetsFor(dataset, outputs),
    rowWeights: rowWeightsOf(dataset, training, rows),
  };
}

/**
 * The rows' own weights, or Keras' class_weight as weights of the training rows, where those of validation
 * count 1. Not both: Keras refuses that too.
 */
function rowWeightsOf(
  { labels, classes, rowWeights }: Dataset,
  { classWeights }: TrainingConfig,
  rows: number,
): Float32Array | null {
  if (rowWeights !== null) return rowWeights;
  if (classWeights === 'none' || classes.length === 0) return null;
  const counts = new Float64Array(classes.length);
  for (let row = 0; row < rows; row++) {
    const label = labels[row] as number;
    counts[label] = (counts[label] as number) + 1;
  }
  const weights = classes.map((name, label) =>
    classWeights === 'balanced'
      ? rows / (classes.length * Math.max(1, counts[label] as number))
      : (classWeights[name] ?? 1),
  );
  return Float32Array.from(labels, (label, row) => (row < rows ? (weights[label] as number) : 1));
}

function targetsFor(
  dataset: Dataset,
  outputs: number,
): Pick<TrainingData, 'targetSize' | 'targets'> {
  if (dataset.numbers !== null) {
    return { targetSize: targetsOf(dataset), targets: dataset.numbers };
  }
  const isBinary = outputs === 1;
  const targetSize = isBinary ? 1 : dataset.classes.length;
  const targets = new Float32Array(dataset.rows * targetSize);
  dataset.labels.forEach((label, row) => {
    if (isBinary) targets[row] = label;
    else targets[row * targetSize + label] = 1;
  });
  return { targetSize, targets };
}
