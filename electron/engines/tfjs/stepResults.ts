import { jsonLoss } from '../../../shared/protocols/protocolResult';
import type { EpochRecord } from '../../../shared/runs/run';
import { epochValues } from './engine/metrics';
import type { EpochMeans } from './epochMeans';
import type { FitJob } from './fitJob';

/** @param results row-major [steps, width], the loss first; @returns [steps] */
export function lossesOf(results: Float32Array, width: number): Float32Array {
  return width === 1 ? results : results.filter((_, index) => index % width === 0);
}

/** An epoch's loss and metrics by name. */
export function namedMeans(
  { training, data }: Pick<FitJob, 'training' | 'data'>,
  means: EpochMeans | null,
): EpochRecord['training'] {
  const values = epochValues(training, data.targetSize, means?.means() ?? [], means?.rows ?? 0);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, jsonLoss(value) ?? 'NaN']),
  );
}
