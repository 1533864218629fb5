import { z } from 'zod';

/** How a number to predict was scaled: (x - mean) / deviation, of the training rows. */
export const targetScaleSchema = z.strictObject({
  /** Of the column; null for an array, which has none. */
  name: z.string().nullable(),
  mean: z.number(),
  /** Of the population; 1 for a constant target. */
  deviation: z.number().positive(),
});
export type TargetScale = z.infer<typeof targetScaleSchema>;
