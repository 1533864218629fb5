import { recurrent } from './recurrent';

/**
 * Gated recurrent unit: [steps, features] -> [units], or [steps, units] with returnSequences. The
 * gates are z, r, h, the reset before the product (Keras' reset_after=False). Source: Cho et al. 2014.
 */
export const gru = recurrent('gru', 'GRU', 3, 'zeros', {
  summary: 'Gated recurrent unit along the steps',
  kerasOptions: { reset_after: 'False' },
});
