import { groupedOrder, heldOutGroups, splitStream } from '../../shared/training/groupSplit';
import { stratifiedOrder } from '../../shared/training/stratifiedSplit';
import {
  trainedRows,
  type Randomness,
  type TrainingConfig,
} from '../../shared/training/trainingConfig';
import { groupSizesOf, targetsOf, type Dataset } from '../data/dataset';

/**
 * The data with the validation rows at its end. Recorded row numbers count in this order; for a
 * split from the end, or rows of a file of their own, it is the data's own order.
 */
export function arrangedRows(
  dataset: Dataset,
  training: TrainingConfig,
  { seed }: Randomness,
): Dataset {
  const arranged = rowOrder(dataset, training, { seed });
  return arranged === null
    ? dataset
    : { ...inOrder(dataset, arranged.order), heldOut: arranged.heldOut };
}

/** Which row of the data stands in each place; null if each in its own. */
export function rowOrder(
  dataset: Dataset,
  training: TrainingConfig,
  { seed }: Pick<Randomness, 'seed'>,
): { readonly order: Uint32Array; readonly heldOut: Dataset['heldOut'] } | null {
  const { validationFrom, validationSplit } = training;
  if (validationFrom === 'end' || validationSplit === 0 || dataset.heldOut !== null) return null;
  const draw = splitStream(seed);
  if (validationFrom === 'groups') {
    const { groups } = dataset;
    // Refused before.
    if (groups === null) return null;
    return groupedOrder(groups, heldOutGroups(groupSizesOf(groups), validationSplit, draw));
  }
  const { labels, classes } = dataset;
  // Numbers have no classes: refused before.
  const trained = trainedRows(training, dataset);
  return { order: stratifiedOrder(labels, classes.length, trained, draw), heldOut: null };
}

function inOrder(dataset: Dataset, order: Uint32Array): Dataset {
  const { features, inputs, labels, numbers, rowWeights, groups } = dataset;
  return {
    ...dataset,
    inputs: rowsInOrder(inputs, features, order),
    labels: labels.length === 0 ? labels : Int32Array.from(order, (row) => labels[row] as number),
    numbers: numbers && rowsInOrder(numbers, targetsOf(dataset), order),
    rowWeights: rowWeights && rowsInOrder(rowWeights, 1, order),
    groups: groups && Int32Array.from(order, (row) => groups[row] as number),
  };
}

/** @param values row-major [rows, width] */
function rowsInOrder(values: Float32Array, width: number, order: Uint32Array): Float32Array {
  const arranged = new Float32Array(values.length);
  order.forEach((row, place) => {
    arranged.set(values.subarray(row * width, (row + 1) * width), place * width);
  });
  return arranged;
}
