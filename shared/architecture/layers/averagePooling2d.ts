import { pooling } from './pooling';

/** The mean of each window: [height, width, channels] -> [rows, columns, channels] */
export const averagePooling2d = pooling(
  'averagePooling2d',
  'AveragePooling2D',
  2,
  'The mean of each window',
);
