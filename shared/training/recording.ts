import { z } from 'zod';

/** What a run records besides every loss. */
export const recordingSchema = z.strictObject({
  /** Hashes of all weights after every so many steps. */
  hashEverySteps: z.int().min(1).max(1_000_000_000).default(2_000),
  /** When the whole state is written, to go on from after a crash: after steps, or by the clock. */
  snapshotEvery: z
    .union([
      z.strictObject({ steps: z.int().min(1).max(1_000_000_000) }),
      z.strictObject({ seconds: z.number().positive().max(86_400) }),
    ])
    .default({ seconds: 10 }),
});
export type Recording = z.infer<typeof recordingSchema>;
