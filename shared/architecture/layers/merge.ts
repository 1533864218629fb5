import { z } from 'zod';
import { defineLayer, layerId, nothingNeeded, noWeights } from './definition';

/**
 * A layer that makes one value of several of one shape, number by number.
 * @param most how many it takes; two at least
 */
export function merge<Kind extends string>(
  kind: Kind,
  label: string,
  summary: string,
  most = Infinity,
) {
  return defineLayer({
    label,
    group: 'Merge',
    summary,
    starter: nothingNeeded,
    schema: z.strictObject({ id: layerId, kind: z.literal(kind) }),
    outputShape: (_spec, [first, ...others]) => {
      const count = most === 2 ? 'two' : 'two or more';
      if (first === undefined || others.length === 0) {
        return {
          problem: `${label} takes ${count} inputs, which only a Model subclass can give it.`,
        };
      }
      if (others.length >= most) {
        return { problem: `${label} takes ${count} inputs, not ${others.length + 1}.` };
      }
      const odd = others.find((shape) => shape.join() !== first.join());
      return odd === undefined
        ? first
        : {
            problem: `${label} takes inputs of one shape, not [${first.join(', ')}] and [${odd.join(', ')}].`,
          };
    },
    weights: noWeights,
  });
}
