import { z } from 'zod';
import {
  defineLayer,
  layerId,
  nothingNeeded,
  noWeights,
  passesMask,
  type Shape,
} from './definition';
import { seedSchema } from './seed';

/** A share that is dropped, or the strength of noise that is like it. */
const rate = z.number().min(0).lt(1).default(0.5);

/**
 * A layer that changes its input at random in training, and keeps its shape.
 * @param axes that the input must have; null for any
 */
export function noisy<Kind extends string>(
  kind: Kind,
  label: string,
  summary: string,
  axes: Shape['length'] | null = null,
) {
  return defineLayer({
    label,
    group: 'Core',
    summary,
    starter: nothingNeeded,
    differsInTraining: true,
    draws: true,
    alwaysWritten: ['rate'],
    mask: passesMask,
    schema: z.strictObject({ id: layerId, kind: z.literal(kind), rate, seed: seedSchema }),
    outputShape: (_spec, [input]) => {
      if (input === undefined) return { problem: 'It has no input.' };
      return axes === null || input.length === axes
        ? input
        : { problem: `${label} takes ${axes} axes, not [${input.join(', ')}].` };
    },
    weights: noWeights,
  });
}
