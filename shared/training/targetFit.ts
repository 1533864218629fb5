import type { DataFacts } from '../architecture/dataFacts';
import { losses, type LossEntry, type LossKind, type TargetType } from './lossTable';
import { metrics, type MetricEntry, type MetricKind } from './metricTable';
import type { TrainingConfig } from './trainingConfig';

export interface TargetProblem {
  readonly message: string;
  readonly remedy: string;
}

type Targets = Pick<DataFacts, 'targets' | 'areLabels' | 'classes'>;
/** What decides about weights and the split. */
type Rows = Pick<DataFacts, 'groupSizes' | 'isWeighted' | 'heldOut'>;

/** What a row has to be learned. */
export function targetTypeOf({ targets, areLabels }: Omit<Targets, 'classes'>): TargetType {
  if (targets === 0) return 'class';
  return areLabels ? 'labels' : 'number';
}

/** Losses that go with such targets. */
export function lossesFor(type: TargetType): readonly LossKind[] {
  return kindsFor(losses, type);
}

/** Fewer classes are all among the first five. */
const LEAST_FOR_TOP_5 = 6;

/** Metrics that go with such data and such a loss. */
export function metricsFor(data: Targets, loss: LossKind): readonly MetricKind[] {
  const all = kindsFor(metrics, targetTypeOf(data)).filter(
    (kind) => kind !== 'topKAccuracy' || data.classes.length >= LEAST_FOR_TOP_5,
  );
  const table: Readonly<Record<MetricKind, MetricEntry>> = metrics;
  return loss === 'sparseCategoricalCrossentropy'
    ? all.filter((kind) => table[kind].sparse !== null)
    : all;
}

function kindsFor<K extends string>(
  table: Readonly<Record<K, Pick<LossEntry, 'targets'>>>,
  type: TargetType,
): K[] {
  return (Object.keys(table) as K[]).filter((kind) => table[kind].targets.includes(type));
}

const names: Readonly<Record<TargetType, string>> = {
  class: 'a class for each row',
  number: 'numbers to predict',
  labels: 'labels of 0 and 1 to predict',
};

/** What of a training's settings does not go with what is to be learned; null if all does. */
export function targetProblem(
  training: TrainingConfig,
  data: Targets & Rows,
): TargetProblem | null {
  const { loss, metrics: chosen, validationSplit, classWeights } = training;
  const type = targetTypeOf(data);
  if (!lossesFor(type).includes(loss)) {
    const fitting = lossesFor(type).map((kind) => losses[kind].label.toLowerCase());
    return {
      message: `${losses[loss].label} does not go with the data, which has ${names[type]}.`,
      remedy: `Choose ${either(fitting)} as the loss.`,
    };
  }
  const odd = chosen.find((kind) => !metricsFor(data, loss).includes(kind));
  if (odd !== undefined) {
    if (odd === 'topKAccuracy' && type === 'class' && data.classes.length < LEAST_FOR_TOP_5) {
      return {
        message: `Top-5 accuracy is always 1: the data has ${data.classes.length} classes.`,
        remedy: 'Choose accuracy as the metric.',
      };
    }
    const isSparse = kindsFor(metrics, type).includes(odd);
    return {
      message: isSparse
        ? `${metrics[odd].label} compares one-hot targets, but sparse crossentropy has class numbers.`
        : `${metrics[odd].label} does not go with the data, which has ${names[type]}.`,
      remedy: isSparse
        ? 'Choose categorical crossentropy as the loss, or another metric.'
        : 'Choose other metrics.',
    };
  }
  if (type !== 'class' && classWeights !== 'none') {
    return {
      message: `Weights of classes are given, but the data has ${names[type]}.`,
      remedy: 'Remove the weights of the classes.',
    };
  }
  const unknown =
    typeof classWeights === 'object' &&
    Object.keys(classWeights).find((name) => !data.classes.includes(name));
  if (typeof unknown === 'string') {
    return {
      message: `A weight is given for the class "${unknown}", which the data does not have.`,
      remedy: `Its classes are ${data.classes.slice(0, 12).join(', ')}.`,
    };
  }
  if (data.isWeighted && classWeights !== 'none') {
    return {
      message: 'Rows have weights of their own, and weights of the classes are given as well.',
      remedy:
        'Use one of them, as in Keras: remove the weights of the classes, or leave the column out.',
    };
  }
  return validationSplit > 0 && data.heldOut === null ? splitProblem(training, type, data) : null;
}

/** Why rows cannot be held out as it is wanted; null if they can. */
function splitProblem(
  { validationFrom, validationSplit }: TrainingConfig,
  type: TargetType,
  { groupSizes }: Rows,
): TargetProblem | null {
  if (type !== 'class' && validationFrom === 'stratified') {
    return {
      message: `A share of every class is held out, but the data has ${names[type]}.`,
      remedy: 'Hold out the last rows.',
    };
  }
  if (validationFrom !== 'groups') return null;
  if (groupSizes === null) {
    return {
      message: 'Whole groups are held out, but the rows have no groups.',
      remedy: 'Give a column the role of the group, or hold out the last rows.',
    };
  }
  if (groupSizes.length < 2) {
    return {
      message: 'All rows are of one group, so that none of it can be held out.',
      remedy: 'Choose another column for the groups, or hold out the last rows.',
    };
  }
  const rows = groupSizes.reduce((sum, size) => sum + size, 0);
  const wanted = rows - Math.floor(rows * (1 - validationSplit));
  const least = groupSizes.reduce((smallest, size) => Math.min(smallest, size), rows);
  if (least < 2 * wanted) return null;
  return {
    message: `Even the smallest of the ${groupSizes.length} groups has ${least} rows, but about ${wanted} are to be held out.`,
    remedy: 'Hold out a larger share, or the last rows.',
  };
}

const usualLoss: Readonly<Record<TargetType, LossKind>> = {
  class: 'categoricalCrossentropy',
  number: 'meanSquaredError',
  labels: 'binaryCrossentropy',
};

/** The settings with loss, metrics, class weights and split that go with the data; others stay. */
export function fittedToTarget<T extends TargetSettings>(training: T, data: Targets & Rows): T {
  const type = targetTypeOf(data);
  const loss = lossesFor(type).includes(training.loss) ? training.loss : usualLoss[type];
  const fitting = metricsFor(data, loss);
  const { classWeights } = training;
  const areNamed =
    typeof classWeights !== 'object' ||
    Object.keys(classWeights).every((name) => data.classes.includes(name));
  return {
    ...training,
    loss,
    metrics: training.metrics.filter((kind) => fitting.includes(kind)),
    validationFrom: fittingSplit(training.validationFrom, type, data),
    classWeights: type === 'class' && areNamed && !data.isWeighted ? classWeights : 'none',
  };
}

function fittingSplit(
  from: TrainingConfig['validationFrom'],
  type: TargetType,
  { groupSizes }: Rows,
): TrainingConfig['validationFrom'] {
  if (groupSizes !== null && groupSizes.length > 1) return 'groups';
  return from === 'groups' || (from === 'stratified' && type !== 'class') ? 'end' : from;
}

type TargetSettings = Pick<TrainingConfig, 'loss' | 'validationFrom' | 'classWeights'> & {
  readonly metrics: readonly MetricKind[];
};

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
