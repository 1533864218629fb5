import { pooling } from './pooling';

/** The mean of each window: [steps, channels] -> [positions, channels] */
export const averagePooling1d = pooling(
  'averagePooling1d',
  'AveragePooling1D',
  1,
  'The mean of each window',
);
