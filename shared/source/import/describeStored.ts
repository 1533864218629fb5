import { float32Text } from '../../lib/float32Text';

/** Defaults of optimisers and losses, which are left out of a description. */
const usual: Readonly<Record<string, unknown>> = {
  reduction: 'sum_over_batch_size',
  axis: -1,
  ema_momentum: 0.99,
  beta_1: 0.9,
  beta_2: 0.999,
  rho: 0.9,
  epsilon: 1e-7,
  momentum: 0,
  label_smoothing: 0,
};

/**
 * A readable form of an object that Keras stored: `AdamW(learning_rate 0.001, weight_decay 0.004)`. Names,
 * unset values and defaults are left out. Empty if the object has no name.
 */
export function describeStored(value: unknown): string {
  if (typeof value === 'number') return float32Text(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(describeStored).filter(Boolean).join(' and ');
  if (typeof value !== 'object' || value === null) return '';
  const { class_name: name, config } = value as Record<string, unknown>;
  if (typeof name !== 'string') return '';
  const all = Object.entries((config ?? {}) as Record<string, unknown>);
  const settings = all.flatMap(([key, own]) => {
    // A dtype policy consists only of its name.
    const isTold =
      (key !== 'name' || all.length === 1) && own !== null && own !== false && own !== usual[key];
    const said = isTold ? describeStored(own) : '';
    return said === '' ? [] : [`${key} ${said}`];
  });
  return settings.length === 0 ? name : `${name}(${settings.join(', ')})`;
}
