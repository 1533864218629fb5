import { globalPooling } from './pooling';

/** [steps, channels] -> [channels]; of an input with a mask, the mean of the steps that count. */
export const globalAveragePooling1d = globalPooling(
  'globalAveragePooling1d',
  'GlobalAveragePooling1D',
  1,
  undefined,
  { usesMasks: true },
);
