import { join } from 'node:path';
import {
  EVALUATION_FORMAT,
  evaluated,
  type Evaluation,
  type WeightStage,
} from '../../shared/evaluation/evaluation';
import { predictionTable, type PredictionTable } from '../../shared/evaluation/predictionTable';
import type { DataSource } from '../../shared/data/dataSource';
import { trainingSchema } from '../../shared/training/trainingConfig';
import { targetsOf, type Dataset } from '../data/dataset';
import { npyBytes } from '../data/npyBytes';
import type { ReadPorts } from '../data/readPorts';
import { writeWhole } from '../files/writeFile';
import { readManifest } from '../runs/readRun';
import type { TrainAgainPorts } from '../training/trainAgain';
import { inOwnUnit, refuseNonFinite, targetNames, truthOf } from './truth';
import { rowsLike, type OtherData, type RowsLike } from './likeRun/rowsLike';
import { predictions, predictRows } from './predictRun';

/** Prepares other rows as those of a run: work for a thread. @param place a folder that `predictOther` reads */
export async function prepareOther(
  folder: string,
  data: OtherData,
  place: string,
  datasetsFolder: string,
  ports: ReadPorts,
): Promise<RowsLike> {
  const like = await rowsLike(readManifest(folder), data, datasetsFolder, ports);
  const { rows, rowShape, inputs, numbers, labels } = like.dataset;
  writeWhole(join(place, INPUTS), npyBytes('<f4', [rows, ...rowShape], inputs));
  writeWhole(
    join(place, TARGETS),
    numbers === null
      ? npyBytes('<i4', [rows], labels)
      : npyBytes('<f4', [rows, targetsOf(like.dataset)], numbers),
  );
  return like;
}

const INPUTS = 'inputs.npy';
const TARGETS = 'targets.npy';

/**
 * Lets a run's network predict what `prepareOther` left in a folder.
 * @throws {AppError} bad-run-folder, stopped
 */
export async function predictOther(
  folder: string,
  stage: WeightStage,
  place: string,
  ports: TrainAgainPorts,
): Promise<void> {
  const { training: own, data: trained } = readManifest(folder);
  const { classes, targets } = trained;
  const data: DataSource = {
    kind: 'npy',
    path: join(place, INPUTS),
    labels: join(place, TARGETS),
    standardise: false,
    ...(targets > 0 ? { target: 'number' } : { classes: [...classes] }),
  };
  await ports.ready('eager');
  // None of them is held out or weighted.
  const training = trainingSchema.parse({ loss: own.loss, batchSize: own.batchSize });
  await predictRows(folder, stage, { which: 'all', data, training }, place, ports);
}

/** What the outputs say about each row. @throws {AppError} bad-data if an output is not finite */
export function predictedTable(folder: string, like: RowsLike, place: string): PredictionTable {
  const { training, data } = readManifest(folder);
  const { dataset, names, hasTargets } = like;
  const values = outputsOf(dataset, place);
  const isNumber = data.targets > 0;
  const areLabels = isNumber && training.loss === 'binaryCrossentropy';
  return predictionTable({
    outputs: { values, rows: dataset.rows, areLogits: training.fromLogits },
    kind: !isNumber ? 'class' : areLabels ? 'labels' : 'number',
    classes: data.classes,
    targets: targetNames(data.source, data.targets),
    names,
    truth: hasTargets ? truthOf(dataset, 0, data.source) : null,
  });
}

/** What the outputs are worth, where the targets are known. @throws {AppError} bad-data */
export function evaluationOfOther(
  folder: string,
  stage: WeightStage,
  like: RowsLike,
  place: string,
): Evaluation {
  const { training, data } = readManifest(folder);
  const { dataset, names } = like;
  const { rows, sha256 } = dataset;
  const outputs = { values: outputsOf(dataset, place), rows, areLogits: training.fromLogits };
  const truth = truthOf(dataset, 0, data.source);
  return {
    twintrain: 'evaluation',
    version: EVALUATION_FORMAT,
    weights: stage,
    data: { sha256, rows, which: 'other' },
    result: evaluated(outputs, truth, (row) => {
      const name = names[row];
      return typeof name === 'number' ? name : row;
    }),
  };
}

function outputsOf({ rows, targetScale }: Dataset, place: string): Float32Array | Float64Array {
  const values = predictions(place);
  refuseNonFinite(values, rows);
  return targetScale === null ? values : inOwnUnit(values, targetScale);
}
