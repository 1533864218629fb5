import { z } from 'zod';

const steps = z.int().min(1).max(1_000_000_000);

/** How the learning rate changes from its initial value, with Keras' names and formulas. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({
    kind: z.literal('exponentialDecay'),
    decaySteps: steps,
    decayRate: z.number().positive().max(1e3),
    staircase: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('cosineDecay'),
    decaySteps: steps,
    /** The last rate as a share of the first. */
    alpha: z.number().min(0).max(1).default(0),
    /** Steps that rise linearly from zero before the decay begins. */
    warmupSteps: z.int().min(0).max(1_000_000_000).default(0),
  }),
]);
export type LearningRateSchedule = z.infer<typeof scheduleSchema>;

/**
 * The rate of one step.
 *
 * @param step from 0, as Keras' `optimizer.iterations` before the update
 */
export function learningRateAt(
  schedule: LearningRateSchedule,
  initialRate: number,
  step: number,
): number {
  switch (schedule.kind) {
    case 'constant':
      return initialRate;
    case 'exponentialDecay': {
      const periods = step / schedule.decaySteps;
      return (
        initialRate * schedule.decayRate ** (schedule.staircase ? Math.floor(periods) : periods)
      );
    }
    case 'cosineDecay': {
      const { decaySteps, alpha, warmupSteps } = schedule;
      if (step < warmupSteps) return (initialRate * step) / warmupSteps;
      const share = Math.min(step - warmupSteps, decaySteps) / decaySteps;
      return initialRate * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * share)) + alpha);
    }
  }
}
