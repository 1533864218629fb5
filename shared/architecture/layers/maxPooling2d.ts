import { pooling } from './pooling';

/** The largest number of each window: [height, width, channels] -> [rows, columns, channels] */
export const maxPooling2d = pooling(
  'maxPooling2d',
  'MaxPooling2D',
  2,
  'The maximum of each window',
);
