import { recurrent } from './recurrent';

/**
 * Long short-term memory: [steps, features] -> [units], or [steps, units] with returnSequences. The
 * gates are i, f, c, o; the forget gate's bias starts at one. Source: Hochreiter and Schmidhuber 1997.
 */
export const lstm = recurrent('lstm', 'LSTM', 4, 'forgetGateOnes', {
  summary: 'Long short-term memory along the steps',
  // Keras' default, but not the library's.
  tfjsOptions: { unitForgetBias: 'true' },
});
