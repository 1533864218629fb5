import type { TargetType } from './lossTable';

export interface MetricEntry {
  readonly label: string;
  readonly targets: readonly TargetType[];
  /** As an argument of Keras' `compile`. */
  readonly keras: string;
  /** Its name in Keras' logs. */
  readonly log: string;
  /** The same for targets that are class numbers instead of one-hot; null if Keras has none. */
  readonly sparse: string | null;
  /** Whether TensorFlow.js has a metric of that name for `compile`. */
  readonly isInTfjs: boolean;
  readonly isHigherBetter: boolean;
}

/**
 * Every metric that is offered; of an epoch's rows together, as Keras computes them. Formulas are in the
 * engines, by the same names.
 */
export const metrics = {
  accuracy: {
    label: 'Accuracy',
    targets: ['class'],
    keras: '"accuracy"',
    sparse: '"accuracy"',
    log: 'accuracy',
    isInTfjs: true,
    isHigherBetter: true,
  },
  binaryAccuracy: {
    label: 'Binary accuracy',
    targets: ['class', 'labels'],
    keras: 'keras.metrics.BinaryAccuracy(name="binary_accuracy")',
    sparse: null,
    log: 'binary_accuracy',
    isInTfjs: true,
    isHigherBetter: true,
  },
  topKAccuracy: {
    label: 'Top-5 accuracy',
    targets: ['class'],
    keras: 'keras.metrics.TopKCategoricalAccuracy(k=5, name="top_k")',
    sparse: 'keras.metrics.SparseTopKCategoricalAccuracy(k=5, name="top_k")',
    log: 'top_k',
    isInTfjs: false,
    isHigherBetter: true,
  },
  precision: {
    label: 'Precision (above 0.5)',
    targets: ['class', 'labels'],
    keras: 'keras.metrics.Precision(name="precision")',
    sparse: null,
    log: 'precision',
    isInTfjs: false,
    isHigherBetter: true,
  },
  recall: {
    label: 'Recall (above 0.5)',
    targets: ['class', 'labels'],
    keras: 'keras.metrics.Recall(name="recall")',
    sparse: null,
    log: 'recall',
    isInTfjs: false,
    isHigherBetter: true,
  },
  f1: {
    label: 'F1 (above 0.5)',
    targets: ['class', 'labels'],
    keras: 'keras.metrics.F1Score(average="macro", threshold=0.5, name="f1")',
    sparse: null,
    log: 'f1',
    isInTfjs: false,
    isHigherBetter: true,
  },
  auc: {
    label: 'AUC (ROC)',
    targets: ['class', 'labels'],
    keras: 'keras.metrics.AUC(name="auc")',
    sparse: null,
    log: 'auc',
    isInTfjs: false,
    isHigherBetter: true,
  },
  meanSquaredError: {
    label: 'Mean squared error',
    targets: ['class', 'number', 'labels'],
    keras: '"mean_squared_error"',
    sparse: null,
    log: 'mean_squared_error',
    isInTfjs: true,
    isHigherBetter: false,
  },
  meanAbsoluteError: {
    label: 'Mean absolute error',
    targets: ['class', 'number', 'labels'],
    keras: '"mean_absolute_error"',
    sparse: null,
    log: 'mean_absolute_error',
    isInTfjs: true,
    isHigherBetter: false,
  },
  rootMeanSquaredError: {
    label: 'Root mean squared error',
    targets: ['number', 'labels'],
    keras: 'keras.metrics.RootMeanSquaredError(name="rmse")',
    sparse: null,
    log: 'rmse',
    isInTfjs: false,
    isHigherBetter: false,
  },
  r2: {
    label: 'R²',
    targets: ['number', 'labels'],
    keras: 'keras.metrics.R2Score(name="r2")',
    sparse: null,
    log: 'r2',
    isInTfjs: false,
    isHigherBetter: true,
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricKind = keyof typeof metrics;
export const metricKinds = Object.keys(metrics) as readonly MetricKind[];
