import { z } from 'zod';
import { monitorSchema } from './monitor';

const epochs = z.int().min(0).max(100_000);
const monitor = monitorSchema.prefault({});
const minDelta = z.number().min(0).max(1e9);

/** Stops when nothing has become better for `patience` epochs. */
const earlyStopping = z.strictObject({
  monitor,
  minDelta: minDelta.default(0),
  patience: epochs.default(10),
  /** Epochs before it begins to watch. */
  startFromEpoch: epochs.default(0),
  /** At the end, the weights of the best epoch are put back. */
  restoreBest: z.boolean().default(true),
});

/** Lowers the learning rate when nothing has become better for `patience` epochs. */
const reduceOnPlateau = z.strictObject({
  monitor,
  factor: z.number().positive().lt(1).default(0.1),
  minDelta: minDelta.default(1e-4),
  patience: epochs.default(10),
  /** Epochs after a reduction in which it does not count. */
  cooldown: epochs.default(0),
  minLearningRate: z.number().min(0).max(1e3).default(0),
});

/** Keeps the weights of the best epoch in a file of the run. */
const keepBest = z.strictObject({ monitor });

/** Those that watch a value. */
export const watchingCallbacks = { earlyStopping, reduceOnPlateau, keepBest } as const;
export type WatchingCallback = keyof typeof watchingCallbacks;

/**
 * What is done at the end of epochs, with the names, defaults and rules of Keras' callbacks; null where it is
 * not used.
 */
export const callbacksSchema = z.strictObject({
  earlyStopping: earlyStopping.nullable().default(null),
  reduceOnPlateau: reduceOnPlateau.nullable().default(null),
  keepBest: keepBest.nullable().default(null),
  /** Stops after the first step whose loss is NaN or infinite, and names the first tensor that has one. */
  stopOnNaN: z.boolean().default(false),
});
export type CallbackConfig = z.infer<typeof callbacksSchema>;

/** Whether anything happens at the end of an epoch, or within it. */
export function hasCallbacks({
  earlyStopping,
  reduceOnPlateau,
  keepBest,
  stopOnNaN,
}: CallbackConfig): boolean {
  return earlyStopping !== null || reduceOnPlateau !== null || keepBest !== null || stopOnNaN;
}
