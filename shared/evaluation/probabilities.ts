/** What a network's outputs mean, row-major [rows, outputs]. */
export interface Outputs {
  readonly values: Float32Array | Float64Array;
  readonly rows: number;
  /** Whether they are logits, as the loss takes them. */
  readonly areLogits: boolean;
}

/**
 * Probabilities of each class, row-major [rows, classes]: of logits by softmax, of one unit for two classes as
 * those of both. What is neither stays as it is.
 */
export function classProbabilities({ values, rows, areLogits }: Outputs): Float64Array {
  const width = values.length / Math.max(1, rows);
  if (width === 1) {
    return Float64Array.from({ length: 2 * rows }, (_, at) => {
      const own = values[at >> 1] as number;
      const yes = areLogits ? sigmoid(own) : own;
      return at % 2 === 1 ? yes : 1 - yes;
    });
  }
  const probabilities = Float64Array.from(values);
  if (!areLogits) return probabilities;
  for (let first = 0; first < probabilities.length; first += width) {
    const own = probabilities.subarray(first, first + width);
    const most = Math.max(...own);
    own.forEach((value, at) => (own[at] = Math.exp(value - most)));
    const sum = own.reduce((total, value) => total + value, 0);
    own.forEach((value, at) => (own[at] = value / sum));
  }
  return probabilities;
}

/** The probability of each label by itself, of the shape of the outputs. */
export function labelProbabilities({ values, areLogits }: Outputs): Float64Array {
  return Float64Array.from(values, (own) => (areLogits ? sigmoid(own) : own));
}

/** Whether every row is a distribution, within rounding: what a softmax gives, not what any network gives. */
export function areDistributions(probabilities: Float64Array, classes: number): boolean {
  for (let first = 0; first < probabilities.length; first += classes) {
    let sum = 0;
    for (let at = first; at < first + classes; at++) {
      const own = probabilities[at] as number;
      if (!(own >= 0 && own <= 1)) return false;
      sum += own;
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}

/** The class with the largest value; of equal ones the first, as NumPy's argmax. */
export function mostProbable(
  probabilities: ArrayLike<number>,
  classes: number,
  row: number,
): number {
  let best = 0;
  for (let at = 1; at < classes; at++) {
    const own = probabilities[row * classes + at] as number;
    if (own > (probabilities[row * classes + best] as number)) best = at;
  }
  return best;
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
