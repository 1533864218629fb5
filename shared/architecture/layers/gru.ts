import { z } from 'zod';
import { defineLayer, weight } from './definition';
import { recurrent } from './recurrent';

const base = recurrent('gru', 'GRU', 3, 'zeros', {
  summary: 'Gated recurrent unit along the steps',
});

/**
 * Gated recurrent unit: [steps, features] -> [units], or [steps, units] with returnSequences. The
 * gates are z, r, h. With `resetAfter` the reset gate is applied after the product with the state, and
 * there is a bias on each side: Keras' default. Without it, before the product (Cho et al. 2014), as
 * in TensorFlow.js and in projects that do not set it.
 */
export const gru = defineLayer({
  ...base,
  starter: (input) => ({ ...base.starter(input), resetAfter: true }),
  // Keras' default is true.
  alwaysWritten: ['resetAfter'],
  schema: base.schema.extend({ resetAfter: z.boolean().default(false) }),
  weights: (spec, inputs) => {
    const weights = base.weights(spec, inputs);
    return spec.resetAfter
      ? weights.map((own) =>
          own.role === 'bias' ? weight('bias', [2, ...own.shape], own.initialiser) : own,
        )
      : weights;
  },
});
