import { z } from 'zod';

/** What a run records besides every loss. */
export const recordingSchema = z.strictObject({
  /**
   * Interval in steps at which all weights are hashed; before that after steps 1, 2, 4, 8 …: most
   * differences arise early.
   */
  hashEverySteps: z.int().min(1).max(1_000_000_000).default(2_000),
  /** No hashes before this step. */
  hashesFrom: z.int().min(1).max(1_000_000_000).default(1),
  /** How often the whole state is written, to resume from after a crash: by steps or by time. */
  snapshotEvery: z
    .union([
      z.strictObject({ steps: z.int().min(1).max(1_000_000_000) }),
      z.strictObject({ seconds: z.number().positive().max(86_400) }),
    ])
    .default({ seconds: 10 }),
});
export type Recording = z.infer<typeof recordingSchema>;

/** The next step after `step` whose weights are hashed. */
export function nextHashStep(
  { hashEverySteps, hashesFrom }: Pick<Recording, 'hashEverySteps' | 'hashesFrom'>,
  step: number,
): number {
  const after = Math.max(step, hashesFrom - 1);
  const onSchedule = (Math.floor(after / hashEverySteps) + 1) * hashEverySteps;
  const power = 2 ** Math.floor(Math.log2(after) + 1);
  return Math.min(onSchedule, after === 0 ? 1 : power);
}
