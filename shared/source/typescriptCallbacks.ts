import type { CallbackConfig } from '../training/callbacks/callbackConfig';
import { isHigherBetter, monitorText, type Monitor } from '../training/callbacks/monitor';

/**
 * Callbacks for `fit` as TensorFlow.js source. The library has early stopping without the best weights; what it
 * lacks is told in comments.
 */
export function typescriptCallbacks(callbacks: CallbackConfig): string {
  const { earlyStopping, reduceOnPlateau, keepBest, stopOnNaN } = callbacks;
  const lacking = [
    ...(earlyStopping?.restoreBest
      ? ['the weights of the best epoch are put back at the end']
      : []),
    ...(earlyStopping && earlyStopping.startFromEpoch > 0
      ? [`early stopping begins after ${earlyStopping.startFromEpoch} epochs`]
      : []),
    ...(reduceOnPlateau === null
      ? []
      : [
          `the learning rate is multiplied by ${reduceOnPlateau.factor} when the ${monitorText(reduceOnPlateau.monitor)} has not become better by ${reduceOnPlateau.minDelta} for ${reduceOnPlateau.patience} epochs`,
        ]),
    ...(keepBest === null
      ? []
      : [`weights are kept for the best ${monitorText(keepBest.monitor)}`]),
    ...(stopOnNaN ? ['training ends after a step whose loss is not finite'] : []),
  ];
  const notes = lacking.map((what) => `// Not in TensorFlow.js: ${what}.\n`).join('');
  if (earlyStopping === null) return notes;
  const { monitor, minDelta, patience } = earlyStopping;
  const mode = isHigherBetter(monitor) ? 'max' : 'min';
  return `${notes}// For model.fit(..., { callbacks }).
export const callbacks = tf.callbacks.earlyStopping({
  monitor: '${tfjsMonitor(monitor)}',
  mode: '${mode}',
  minDelta: ${minDelta},
  patience: ${patience},
});
`;
}

/** Its name in the logs of `fit`. */
function tfjsMonitor({ rows, value }: Monitor): string {
  const log = value === 'accuracy' ? 'acc' : value;
  return rows === 'validation' ? `val_${log}` : log;
}
