import { z } from 'zod';

/**
 * A series of rows cut into windows: an input is some rows in a row, its target that of a later one. As
 * keras.utils.timeseries_dataset_from_array cuts it.
 */
export const windowsSchema = z.strictObject({
  /** Rows that the network sees at a time. */
  length: z.int().min(1).max(100_000),
  /** How many rows after the last of these the target is; 0 for the last one's own. */
  ahead: z.int().min(0).max(100_000).default(1),
  /** Rows from the start of one window to that of the next. */
  stride: z.int().min(1).max(100_000).default(1),
  /** Whether the target's own numbers are among what the network sees. */
  withTarget: z.boolean().default(false),
});
export type Windows = z.infer<typeof windowsSchema>;

/** How many windows so many rows make. */
export function windowCount(rows: number, { length, ahead, stride }: Windows): number {
  return Math.max(0, Math.floor((rows - length - ahead) / stride) + 1);
}
