import { pooling } from './pooling';

/** The largest number of each window: [steps, channels] -> [positions, channels] */
export const maxPooling1d = pooling(
  'maxPooling1d',
  'MaxPooling1D',
  1,
  'The maximum of each window',
);
