import { z } from 'zod';
import { augmentationSchema } from './augmentation';
import { callbacksSchema } from './callbacks/callbackConfig';
import type { CountedRows } from './heldOut';
import { lossKinds, type LossKind } from './lossTable';
import { metricKinds, type MetricKind } from './metricTable';
import { scheduleSchema } from './learningRateSchedule';

const rate = z.number().positive().max(1e3);
const fraction = z.number().min(0).lt(1);
const epsilon = z.number().positive().max(1).default(1e-7);

/**
 * Whose formula an optimiser follows if the two differ by more than rounding. Adam: Keras adds
 * epsilon before it corrects the bias of the second moment, TensorFlow.js afterwards. Momentum: with
 * a changing rate, Keras' velocity includes the rate of each step, while TensorFlow.js applies the
 * current rate to all of it.
 */
const formula = z.enum(['keras', 'tfjs']).default('keras');

/** What Keras does before any optimiser's update, in its order. */
const adjusted = {
  /** Keras' clipvalue, clipnorm (of each weight's gradient) or global_clipnorm (of all together). */
  clip: z.enum(['none', 'value', 'norm', 'globalNorm']).default('none'),
  /** The limit, where gradients are clipped. */
  clipAt: z.number().positive().max(1e6).default(1),
  /** The share of each weight that a step of rate 1 takes away (decoupled; Loshchilov and Hutter 2019). */
  weightDecay: z.number().min(0).max(1).default(0),
};

/** What Adam and its kin have in common. */
const moments = {
  learningRate: rate.default(0.001),
  beta1: fraction.default(0.9),
  beta2: fraction.default(0.999),
  epsilon,
};

/** The optimisers offered, with TensorFlow.js' parameter names and defaults. */
export const optimiserSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sgd'), learningRate: rate.default(0.01), ...adjusted }),
  z.strictObject({
    kind: z.literal('momentum'),
    learningRate: rate.default(0.01),
    momentum: fraction.default(0.9),
    useNesterov: z.boolean().default(false),
    formula,
    ...adjusted,
  }),
  z.strictObject({
    kind: z.literal('adam'),
    ...moments,
    formula,
    ...adjusted,
  }),
  z.strictObject({
    kind: z.literal('adamw'),
    ...moments,
    ...adjusted,
    weightDecay: adjusted.weightDecay.removeDefault().default(0.004),
  }),
  z.strictObject({ kind: z.literal('nadam'), ...moments, ...adjusted }),
  z.strictObject({ kind: z.literal('adamax'), ...moments, ...adjusted }),
  z.strictObject({
    kind: z.literal('rmsprop'),
    learningRate: rate.default(0.001),
    decay: fraction.default(0.9),
    momentum: fraction.default(0),
    epsilon,
    ...adjusted,
  }),
  z.strictObject({
    kind: z.literal('adagrad'),
    learningRate: rate.default(0.01),
    initialAccumulatorValue: z.number().positive().default(0.1),
    ...adjusted,
  }),
]);
export type OptimiserConfig = z.infer<typeof optimiserSchema>;

export const trainingSchema = z.strictObject({
  optimiser: optimiserSchema.default({
    kind: 'adam',
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    formula: 'keras',
    clip: 'none',
    clipAt: 1,
    weightDecay: 0,
  }),
  loss: z.enum(lossKinds as [LossKind, ...LossKind[]]).default('categoricalCrossentropy'),
  /** For cross-entropy: the output is logits, to which the loss applies softmax or sigmoid itself. */
  fromLogits: z.boolean().default(false),
  batchSize: z.int().min(1).max(1_048_576).default(32),
  epochs: z.int().min(1).max(100_000).default(10),
  schedule: scheduleSchema.default({ kind: 'constant' }),
  metrics: z
    .array(z.enum(metricKinds as [MetricKind, ...MetricKind[]]))
    .max(metricKinds.length)
    .refine((kinds) => new Set(kinds).size === kinds.length, 'names a metric twice')
    .default([]),
  /** Share of the rows that are never trained on, chosen before any shuffle. */
  validationSplit: z.number().min(0).lt(1).default(0),
  /**
   * Which rows those are: the last ones, as in `fit`, a share of every class, or whole groups; the last two
   * are drawn with the run's seed.
   */
  validationFrom: z.enum(['end', 'stratified', 'groups']).default('end'),
  /** How pictures are changed at random before every epoch; null leaves them as they are. */
  augmentation: augmentationSchema.nullable().default(null),
  /**
   * What a row's loss counts, by its class: numbers by class name (1 for those not named), or `balanced`:
   * rows / (classes x rows of the class). As Keras' `class_weight`, in training only.
   */
  classWeights: z
    .union([
      z.literal('none'),
      z.literal('balanced'),
      z.record(z.string(), z.number().min(0).max(1e6)),
    ])
    .default('none'),
  callbacks: callbacksSchema.prefault({}),
});
export type TrainingConfig = z.infer<typeof trainingSchema>;

/** How many of the rows are trained on; the rest, at the end, are for validation, as in `fit`. */
export function trainedRows(
  { validationSplit }: Pick<TrainingConfig, 'validationSplit'>,
  { rows, heldOut }: CountedRows,
): number {
  return heldOut ? rows - heldOut.rows : Math.floor(rows * (1 - validationSplit));
}

/** Steps of a whole run; an epoch's last batch may be smaller. */
export function totalSteps(training: TrainingConfig, rows: CountedRows): number {
  return training.epochs * Math.ceil(trainedRows(training, rows) / training.batchSize);
}

/** Fixed when the trainer's process starts; TensorFlow reads them once. */
export const environmentSchema = z.strictObject({
  /** Threads inside one operation (TF_NUM_INTRAOP_THREADS). */
  threads: z.int().min(1).max(1_024).default(1),
  /** oneDNN kernels (TF_ENABLE_ONEDNN_OPTS): other rounding, faster convolutions. */
  onednn: z.boolean().default(false),
});
export type EnvironmentConfig = z.infer<typeof environmentSchema>;

/**
 * Where random numbers come from. `global`: everything draws from one seeded `Math.random`, as
 * TensorFlow.js does by itself; initialisers may carry seeds of their own. `controlled`: every
 * purpose has its own named stream and `Math.random` is never touched.
 */
export const randomnessSchema = z.discriminatedUnion('regime', [
  z.strictObject({
    regime: z.literal('global'),
    seed: z.string().min(1).max(256),
    initialiserSeeds: z.enum(['none', 'explicit']).default('none'),
  }),
  z.strictObject({ regime: z.literal('controlled'), seed: z.string().min(1).max(256) }),
]);
export type Randomness = z.infer<typeof randomnessSchema>;
