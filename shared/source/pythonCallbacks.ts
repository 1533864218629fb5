import type { CallbackConfig } from '../training/callbacks/callbackConfig';
import { isHigherBetter, kerasMonitor, type Monitor } from '../training/callbacks/monitor';

/** Callbacks for `fit` as Keras 3 source, in the order in which they act; empty if there are none. */
export function pythonCallbacks(callbacks: CallbackConfig): string {
  const made = [
    ...(callbacks.stopOnNaN ? ['keras.callbacks.TerminateOnNaN()'] : []),
    ...keptBest(callbacks),
    ...reduced(callbacks),
    ...stopped(callbacks),
  ];
  if (made.length === 0) return '';
  const lines = made.map((own) => `    ${own},\n`).join('');
  return `# For model.fit(..., callbacks=callbacks).\ncallbacks = [\n${lines}]\n`;
}

function keptBest({ keepBest }: CallbackConfig): string[] {
  if (keepBest === null) return [];
  const how = `${watched(keepBest.monitor)}, save_best_only=True, save_weights_only=True`;
  return [`keras.callbacks.ModelCheckpoint("best.weights.h5", ${how})`];
}

function reduced({ reduceOnPlateau: own }: CallbackConfig): string[] {
  if (own === null) return [];
  const { factor, minDelta, patience, cooldown, minLearningRate } = own;
  const how = `factor=${factor}, patience=${patience}, min_delta=${minDelta}, cooldown=${cooldown}, min_lr=${minLearningRate}`;
  return [`keras.callbacks.ReduceLROnPlateau(${watched(own.monitor)}, ${how})`];
}

function stopped({ earlyStopping: own }: CallbackConfig): string[] {
  if (own === null) return [];
  const { minDelta, patience, startFromEpoch, restoreBest } = own;
  const how = `min_delta=${minDelta}, patience=${patience}, restore_best_weights=${restoreBest ? 'True' : 'False'}, start_from_epoch=${startFromEpoch}`;
  return [`keras.callbacks.EarlyStopping(${watched(own.monitor)}, ${how})`];
}

function watched(monitor: Monitor): string {
  return `monitor="${kerasMonitor(monitor)}", mode="${isHigherBetter(monitor) ? 'max' : 'min'}"`;
}
