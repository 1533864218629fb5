/** What is there of a data set beside its rows' inputs. */
export interface DataParts {
  /** Numbers to predict; 0 for classes. */
  readonly targets: number;
  /** Rows at the end that came from a file of their own for validation. */
  readonly aside: number;
  readonly isWeighted: boolean;
  readonly isGrouped: boolean;
}

/** The line before the bytes of a data set's hash. The first two forms are those of earlier versions. */
export function dataHead(
  rows: number,
  features: number,
  { targets, aside, isWeighted, isGrouped }: DataParts,
): string {
  if (aside > 0 || isWeighted || isGrouped) {
    const parts = [...(isWeighted ? ['weights'] : []), ...(isGrouped ? ['groups'] : [])];
    return ['twintrain-data-3', rows, features, targets, aside, ...parts].join(' ');
  }
  return targets === 0
    ? `twintrain-data-1 ${rows} ${features}`
    : `twintrain-data-2 ${rows} ${features} ${targets}`;
}
