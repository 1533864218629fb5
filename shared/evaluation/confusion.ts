/**
 * How often each class was predicted for each.
 * @param labels the rows' classes, as their places in the list of classes
 * @param predicted the same, as predicted
 * @returns counts [classes][classes]: of the rows of class i, how many were predicted as j
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < labels.length; row++) {
    const own = counts[labels[row] as number] as number[];
    const as = predicted[row] as number;
    own[as] = (own[as] as number) + 1;
  }
  return counts;
}

export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows of the class. */
  readonly support: number;
}

export interface ClassReport {
  readonly accuracy: number;
  /** In the order of the classes. */
  readonly classes: readonly ClassScores[];
  /** Means over the classes, each counting once. */
  readonly macro: Omit<ClassScores, 'support'>;
  /** Means over the classes, each counting as often as it has rows. */
  readonly weighted: Omit<ClassScores, 'support'>;
}

/**
 * Precision, recall and F1 by class. What would divide by 0 is 0, as scikit-learn has it with `zero_division=0`.
 * @param matrix as of `confusionMatrix`
 */
export function classReport(matrix: readonly (readonly number[])[]): ClassReport {
  const predictedAs = matrix.map((_, at) => sum(matrix.map((row) => row[at] as number)));
  const classes = matrix.map((row, at): ClassScores => {
    const right = row[at] as number;
    const support = sum(row);
    const all = predictedAs[at] as number;
    return {
      precision: ratio(right, all),
      recall: ratio(right, support),
      f1: ratio(2 * right, all + support),
      support,
    };
  });
  const rows = sum(classes.map(({ support }) => support));
  const meanOf = (weightOf: (own: ClassScores) => number) => {
    const total = sum(classes.map(weightOf));
    const mean = (name: 'precision' | 'recall' | 'f1') =>
      ratio(sum(classes.map((own) => own[name] * weightOf(own))), total);
    return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
  };
  return {
    accuracy: ratio(sum(matrix.map((row, at) => row[at] as number)), rows),
    classes,
    macro: meanOf(() => 1),
    weighted: meanOf(({ support }) => support),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, own) => total + own, 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
