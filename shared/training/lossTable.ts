/** What a row has to be learned: one class, numbers, or labels, of which it may have several: numbers of 0 and 1. */
export type TargetType = 'class' | 'number' | 'labels';

export interface LossEntry {
  readonly label: string;
  readonly targets: readonly TargetType[];
  /** The activation that makes the output what the loss compares; null takes any. */
  readonly activation: 'softmax' | 'sigmoid' | null;
  /** Whether it can take logits in place of probabilities. */
  readonly takesLogits: boolean;
  /** Its class in keras.losses; all reduce by `sum_over_batch_size`, the mean over the rows. */
  readonly keras: string;
}

/** Every loss that is offered; formulas are in the engines, by the same names. */
export const losses = {
  categoricalCrossentropy: {
    label: 'Categorical crossentropy',
    targets: ['class'],
    activation: 'softmax',
    takesLogits: true,
    keras: 'CategoricalCrossentropy',
  },
  sparseCategoricalCrossentropy: {
    label: 'Sparse categorical crossentropy',
    targets: ['class'],
    activation: 'softmax',
    takesLogits: true,
    keras: 'SparseCategoricalCrossentropy',
  },
  binaryCrossentropy: {
    label: 'Binary crossentropy',
    targets: ['class', 'labels'],
    activation: 'sigmoid',
    takesLogits: true,
    keras: 'BinaryCrossentropy',
  },
  meanSquaredError: {
    label: 'Mean squared error',
    targets: ['class', 'number', 'labels'],
    activation: null,
    takesLogits: false,
    keras: 'MeanSquaredError',
  },
  meanAbsoluteError: {
    label: 'Mean absolute error',
    targets: ['class', 'number', 'labels'],
    activation: null,
    takesLogits: false,
    keras: 'MeanAbsoluteError',
  },
  huber: {
    label: 'Huber (delta 1)',
    targets: ['class', 'number', 'labels'],
    activation: null,
    takesLogits: false,
    keras: 'Huber',
  },
} as const satisfies Readonly<Record<string, LossEntry>>;

export type LossKind = keyof typeof losses;
export const lossKinds = Object.keys(losses) as readonly LossKind[];
