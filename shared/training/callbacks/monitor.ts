import { z } from 'zod';
import { metricKinds, metrics, type MetricKind } from '../metricTable';

/** What a callback watches at the end of each epoch. */
export const monitorSchema = z.strictObject({
  rows: z.enum(['training', 'validation']).default('validation'),
  value: z.enum(['loss', ...metricKinds]).default('loss'),
});
export type Monitor = z.infer<typeof monitorSchema>;

/** Whether a higher value is better; of metrics as Keras' `mode="auto"` decides. */
export function isHigherBetter({ value }: Monitor): boolean {
  return value !== 'loss' && metrics[value].isHigherBetter;
}

/** Its name in Keras' logs. */
export function kerasMonitor({ rows, value }: Monitor): string {
  const log = value === 'loss' ? 'loss' : metrics[value].log;
  return rows === 'validation' ? `val_${log}` : log;
}

/** As a reader would say it: `validation loss`. */
export function monitorText({ rows, value }: Monitor): string {
  const label = value === 'loss' ? 'loss' : metricText(value);
  return `${rows} ${label}`;
}

function metricText(value: MetricKind): string {
  const { label } = metrics[value];
  return /^[A-Z][a-z]/.test(label) ? `${label[0]?.toLowerCase()}${label.slice(1)}` : label;
}

/**
 * Whether a value is better than the best so far by more than `minDelta`, compared in float32 as Keras does.
 * @param best null before the first epoch, which is always better
 */
export function improves(
  monitor: Monitor,
  minDelta: number,
  value: number,
  best: number | null,
): boolean {
  if (best === null) return true;
  const reference = Math.fround(best);
  return isHigherBetter(monitor)
    ? Math.fround(value - minDelta) > reference
    : Math.fround(value + minDelta) < reference;
}
