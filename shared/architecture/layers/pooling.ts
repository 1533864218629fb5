import { z } from 'zod';
import { defineLayer, type LayerDefinition, layerId, nothingNeeded, noWeights } from './definition';
import { paddingSchema, slid, windowProblem, windowSchema } from './window';

/** A layer that makes one number of each window, channel by channel. */
export function pooling<Kind extends string>(
  kind: Kind,
  label: string,
  rank: 1 | 2,
  summary: string,
) {
  const two = Array.from({ length: rank }, () => 2);
  return defineLayer({
    label,
    group: 'Pooling',
    summary,
    starter: nothingNeeded,
    // In Keras strides default to the pool size, and AveragePooling's size has no default.
    alwaysWritten: ['poolSize', 'strides'],
    schema: z.strictObject({
      id: layerId,
      kind: z.literal(kind),
      poolSize: windowSchema(rank).default(two),
      strides: windowSchema(rank).default(two),
      padding: paddingSchema.default('valid'),
    }),
    outputShape: ({ poolSize, strides, padding }, [input]) => {
      const positions = (shape: readonly number[]) => slid(shape, poolSize, strides, padding);
      const problem = windowProblem(label, input, poolSize, positions);
      return problem === null ? [...positions(input ?? []), input?.at(-1) ?? 0] : { problem };
    },
    weights: noWeights,
  });
}

/** A layer that makes one number of every channel, over all positions. */
export function globalPooling<Kind extends string>(
  kind: Kind,
  label: string,
  rank: 1 | 2,
  summary = 'The mean of each channel',
  own: Pick<LayerDefinition<z.ZodObject>, 'usesMasks'> = {},
) {
  const axes = rank === 1 ? '[steps, channels]' : '[height, width, channels]';
  return defineLayer({
    label,
    group: 'Pooling',
    summary,
    starter: nothingNeeded,
    ...own,
    schema: z.strictObject({ id: layerId, kind: z.literal(kind) }),
    outputShape: (_spec, [input]) =>
      input?.length === rank + 1
        ? input.slice(-1)
        : { problem: `${label} takes shape ${axes}, not [${input?.join(', ') ?? ''}].` },
    weights: noWeights,
  });
}
