import { z } from 'zod';
import { defineLayer, type LayerDefinition, layerId, nothingNeeded, noWeights } from './definition';

/** A layer that makes one value of several of one shape, number by number. */
export function merge<Kind extends string>(
  kind: Kind,
  label: string,
  summary: string,
  {
    most = Infinity,
    ...own
  }: Pick<LayerDefinition<z.ZodObject>, 'usesMasks'> & {
    /** How many it takes; two at least. */
    readonly most?: number;
  } = {},
) {
  return defineLayer({
    label,
    group: 'Merge',
    summary,
    starter: nothingNeeded,
    ...own,
    mask: () => 'all',
    schema: z.strictObject({ id: layerId, kind: z.literal(kind) }),
    outputShape: (_spec, [first, ...others]) => {
      const count = most === 2 ? 'two' : 'two or more';
      if (first === undefined || others.length === 0) {
        return {
          problem: `${label} takes ${count} inputs; in a Sequential each layer has one.`,
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
