import { z } from 'zod';
import { initialiserSchema } from '../initialisers';
import {
  defineLayer,
  layerId,
  nothingNeeded,
  passesMask,
  sameShape,
  trainableField,
  weight,
} from './definition';
import { ruledWeights } from './weightRules';

/**
 * x where it is positive, alpha * x elsewhere, with an alpha for every number of a row. Over `sharedAxes`, which
 * count from 1, one alpha is used. Source: He et al. 2015.
 */
export const prelu = defineLayer({
  label: 'PReLU',
  group: 'Core',
  summary: 'Relu with learned slopes below zero',
  starter: nothingNeeded,
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('prelu'),
    alphaInitialiser: initialiserSchema.default('zeros'),
    sharedAxes: z.array(z.int().min(1).max(4)).max(4).default([]),
    ...ruledWeights('alpha'),
    ...trainableField,
  }),
  outputShape: ({ sharedAxes }, [input]) => {
    const odd = sharedAxes.find((axis) => axis > (input?.length ?? 0));
    if (odd === undefined) return sameShape(null, input === undefined ? [] : [input]);
    return { problem: `PReLU shares axis ${odd}, but its input has ${input?.length ?? 0}.` };
  },
  weights: ({ alphaInitialiser, sharedAxes }, [input]) => [
    weight(
      'alpha',
      (input ?? []).map((length, at) => (sharedAxes.includes(at + 1) ? 1 : length)),
      alphaInitialiser,
    ),
  ],
});
