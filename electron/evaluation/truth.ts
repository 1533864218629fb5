import type { DataSource } from '../../shared/data/dataSource';
import type { Truth } from '../../shared/evaluation/evaluation';
import { AppError } from '../../shared/lib/appError';
import { areLabels } from '../data/dataFacts';
import { targetsOf, type Dataset } from '../data/dataset';

/** @throws {AppError} bad-data if an output is NaN or infinite */
export function refuseNonFinite(values: Float32Array, rows: number): void {
  const width = values.length / rows;
  const at = values.findIndex((own) => !Number.isFinite(own));
  if (at < 0) return;
  const isSome = values.some((own) => Number.isFinite(own));
  throw new AppError(
    'bad-data',
    `The network outputs ${String(values[at])} for row ${Math.floor(at / width)} (from 0) of those that are evaluated, so there is nothing to compare.`,
    isSome
      ? 'Other rows have numbers, so it is about this one: where padding is masked, a row that is all padding has no mean. Leave it out, or give it a step.'
      : 'Its weights are no longer numbers: train it with a lower learning rate.',
  );
}

/** What is right for the rows from `first` on. */
export function truthOf(data: Dataset, first: number, source: DataSource): Truth {
  const { numbers, labels, classes, targetScale } = data;
  if (numbers === null) return { target: 'class', labels: labels.subarray(first), classes };
  const width = targetsOf(data);
  const own = numbers.subarray(first * width);
  const isLabels = targetScale === null && areLabels(numbers);
  return {
    target: isLabels ? 'labels' : 'number',
    values: targetScale === null ? Float64Array.from(own) : inOwnUnit(own, targetScale),
    names: targetNames(source, width),
  };
}

/** @param values row-major [rows, targets], standardised */
export function inOwnUnit(
  values: Float32Array,
  scales: NonNullable<Dataset['targetScale']>,
): Float64Array {
  return Float64Array.from(values, (own, at) => {
    const { mean, deviation } = scales[at % scales.length] as (typeof scales)[0];
    return own * deviation + mean;
  });
}

/** Of a table those of its target columns; others are counted. */
export function targetNames(source: DataSource, targets: number): readonly string[] {
  const columns = source.kind === 'table' ? source.columns : [];
  const names = columns.filter(({ role }) => role === 'target').map(({ name }) => name);
  return Array.from({ length: targets }, (_, at) => names[at] ?? `target ${at + 1}`);
}
