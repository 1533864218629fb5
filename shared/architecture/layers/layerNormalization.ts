import { z } from 'zod';
import { affineFields, affineWeights } from './affine';
import {
  defineLayer,
  layerId,
  nothingNeeded,
  passesMask,
  sameShape,
  trainableField,
} from './definition';
import { ruledWeights } from './weightRules';

/**
 * Per row and position: subtracts the mean over the last axis and divides by the standard deviation, then
 * gamma and beta. Source: Ba, Kiros and Hinton 2016 (arXiv 1607.06450).
 */
export const layerNormalization = defineLayer({
  label: 'LayerNormalization',
  group: 'Normalisation',
  summary: 'Normalises each position over its channels',
  starter: nothingNeeded,
  mask: passesMask,
  schema: z.strictObject({
    id: layerId,
    kind: z.literal('layerNormalization'),
    ...affineFields,
    ...ruledWeights('gamma', 'beta'),
    ...trainableField,
  }),
  outputShape: sameShape,
  weights: (spec, [input]) => affineWeights(spec, input),
});
