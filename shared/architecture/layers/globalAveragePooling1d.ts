import { globalPooling } from './pooling';

/** [steps, channels] -> [channels] */
export const globalAveragePooling1d = globalPooling(
  'globalAveragePooling1d',
  'GlobalAveragePooling1D',
  1,
);
