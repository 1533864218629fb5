import { expect, test } from 'vitest';
import {
  learningRateAt,
  scheduleSchema,
  type LearningRateSchedule,
} from '../../shared/training/learningRateSchedule';

// Values of keras.optimizers.schedules (Keras 3), float64 by hand from their formulas.
test.each<[object, number, number]>([
  [{ kind: 'constant' }, 99, 0.1],
  [{ kind: 'exponentialDecay', decaySteps: 10, decayRate: 0.5 }, 0, 0.1],
  [{ kind: 'exponentialDecay', decaySteps: 10, decayRate: 0.5 }, 20, 0.025],
  [{ kind: 'exponentialDecay', decaySteps: 10, decayRate: 0.25 }, 5, 0.05],
  [{ kind: 'exponentialDecay', decaySteps: 10, decayRate: 0.5, staircase: true }, 19, 0.05],
  [{ kind: 'cosineDecay', decaySteps: 100 }, 0, 0.1],
  [{ kind: 'cosineDecay', decaySteps: 100 }, 50, 0.05],
  [{ kind: 'cosineDecay', decaySteps: 100, alpha: 0.2 }, 1000, 0.02],
  [{ kind: 'cosineDecay', decaySteps: 100, warmupSteps: 10 }, 5, 0.05],
  [{ kind: 'cosineDecay', decaySteps: 100, warmupSteps: 10 }, 60, 0.05],
])('%o gives at step %i the rate %d', (schedule, step, rate) => {
  const parsed: LearningRateSchedule = scheduleSchema.parse(schedule);
  expect(learningRateAt(parsed, 0.1, step)).toBeCloseTo(rate, 12);
});
