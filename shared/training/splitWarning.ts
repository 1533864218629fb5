import type { DataFacts } from '../architecture/dataFacts';
import type { TrainingConfig } from './trainingConfig';

/** A split that is probably not meant. */
export interface SplitWarning {
  readonly message: string;
  /** Another way to hold rows out, which would be right; null if it is only told. */
  readonly better: { readonly from: 'stratified' | 'groups'; readonly label: string } | null;
}

type Facts = Pick<DataFacts, 'areLabelsSorted' | 'groupSizes' | 'heldOut'>;

/**
 * Warns if the last rows are held out although rows are sorted by class, if groups are not kept together, or if
 * the split is not used.
 */
export function splitWarning(
  { areLabelsSorted, groupSizes, heldOut }: Facts,
  { validationSplit, validationFrom }: Pick<TrainingConfig, 'validationSplit' | 'validationFrom'>,
): SplitWarning | null {
  if (validationSplit === 0) return null;
  const percent = Number((100 * validationSplit).toPrecision(3));
  if (heldOut !== null) {
    return {
      message: `The rows of a file of their own are held out for validation; ${percent} percent of the others are not.`,
      better: null,
    };
  }
  if (groupSizes !== null && validationFrom !== 'groups') {
    return {
      message:
        'Rows of one group are trained on and held out: validation may look better than it is.',
      better: { from: 'groups', label: 'Hold out whole groups' },
    };
  }
  if (!areLabelsSorted || validationFrom !== 'end') return null;
  return {
    message: `The rows are sorted by class: the last ${percent} % are only of the last classes, and training sees few of those or none.`,
    better: { from: 'stratified', label: 'Take a share of every class' },
  };
}
