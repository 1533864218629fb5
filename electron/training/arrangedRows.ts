import { streamFor } from '../../shared/random/streams';
import { stratifiedOrder } from '../../shared/training/stratifiedSplit';
import {
  trainedRows,
  type Randomness,
  type TrainingConfig,
} from '../../shared/training/trainingConfig';
import type { Dataset } from '../data/dataset';

/**
 * The data with the validation rows at its end. Recorded row numbers count in this order; for a
 * split from the end it is the data's own order.
 */
export function arrangedRows(
  dataset: Dataset,
  training: TrainingConfig,
  { seed }: Randomness,
): Dataset {
  if (training.validationFrom === 'end' || training.validationSplit === 0) return dataset;
  const { features, rows, labels, classes } = dataset;
  const draw = streamFor(seed, { purpose: 'split' });
  const order = stratifiedOrder(labels, classes.length, trainedRows(training, rows), draw);
  const inputs = new Float32Array(dataset.inputs.length);
  order.forEach((row, place) => {
    inputs.set(dataset.inputs.subarray(row * features, (row + 1) * features), place * features);
  });
  // Numbers have no classes: refused before.
  return { ...dataset, inputs, labels: Int32Array.from(order, (row) => labels[row] as number) };
}
