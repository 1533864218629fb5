import { globalPooling } from './pooling';

/** [steps, channels] -> [channels] */
export const globalMaxPooling1d = globalPooling(
  'globalMaxPooling1d',
  'GlobalMaxPooling1D',
  1,
  'The largest number of each channel',
);
