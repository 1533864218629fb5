import {
  EVALUATION_FORMAT,
  evaluated,
  type Evaluation,
  type WeightStage,
} from '../../shared/evaluation/evaluation';
import type { Outputs } from '../../shared/evaluation/probabilities';
import { trainedRows } from '../../shared/training/trainingConfig';
import { readManifest } from '../runs/readRun';
import { rowOrder } from '../training/arrangedRows';
import type { TrainAgainPorts } from '../training/trainAgain';
import { predictions, predictRun } from './predictRun';
import { runRows } from './runRows';
import { inOwnUnit, refuseNonFinite, truthOf } from './truth';

/** What is evaluated: a run, with which of its weights, and where its network's outputs are put. */
export interface EvaluationPlan {
  readonly folder: string;
  readonly stage: WeightStage;
  /** Held out rows, or all where the run holds out none. */
  readonly which: 'held-out' | 'all';
  readonly place: string;
  readonly datasetsFolder: string;
}

/**
 * Lets a run's network predict the rows that it did not train on; where there are none, those that it did.
 * @param place a folder for what it outputs
 * @throws {AppError} file-not-found, bad-data, bad-run-folder, stopped
 */
export async function predictForEvaluation(
  folder: string,
  stage: WeightStage,
  place: string,
  ports: TrainAgainPorts,
): Promise<EvaluationPlan> {
  const { data, training } = readManifest(folder);
  const which = data.rows > trainedRows(training, data) ? 'held-out' : 'all';
  await ports.ready('eager');
  await predictRun(folder, stage, which, place, ports);
  return { folder, stage, which, place, datasetsFolder: ports.datasetsFolder };
}

/**
 * What the predictions are worth.
 * @throws {AppError} bad-data if the data has changed, or the network outputs no numbers
 */
export async function evaluationOf({
  folder,
  stage,
  which,
  place,
  datasetsFolder,
}: EvaluationPlan): Promise<Evaluation> {
  const manifest = readManifest(folder);
  const { data, training, randomness } = manifest;
  const { loaded, arranged, firstHeldOut } = await runRows(manifest, datasetsFolder);
  const first = which === 'all' ? 0 : firstHeldOut;
  const values = predictions(place);
  const rows = arranged.rows - first;
  refuseNonFinite(values, rows);
  const order = rowOrder(loaded, training, randomness)?.order ?? null;
  const truth = truthOf(arranged, first, data.source);
  const scales = arranged.targetScale;
  const outputs: Outputs = {
    values: truth.target === 'number' && scales !== null ? inOwnUnit(values, scales) : values,
    rows,
    areLogits: training.fromLogits,
  };
  return {
    twintrain: 'evaluation',
    version: EVALUATION_FORMAT,
    weights: stage,
    data: { sha256: data.sha256, rows, which },
    result: evaluated(outputs, truth, (row) => order?.[first + row] ?? first + row),
  };
}
