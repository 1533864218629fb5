import type { TrainingConfig } from './trainingConfig';

/**
 * A warning if the last rows are held out although rows are sorted by class; otherwise null.
 */
export function splitWarning(
  { areLabelsSorted }: { readonly areLabelsSorted: boolean },
  { validationSplit, validationFrom }: Pick<TrainingConfig, 'validationSplit' | 'validationFrom'>,
): string | null {
  if (!areLabelsSorted || validationFrom !== 'end' || validationSplit === 0) return null;
  const percent = Number((100 * validationSplit).toPrecision(3));
  return `The rows are sorted by class: the last ${percent} % are only of the last classes, and training sees few of those or none.`;
}
