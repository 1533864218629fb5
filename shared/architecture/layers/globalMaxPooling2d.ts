import { globalPooling } from './pooling';

/** [height, width, channels] -> [channels] */
export const globalMaxPooling2d = globalPooling(
  'globalMaxPooling2d',
  'GlobalMaxPooling2D',
  2,
  'The largest number of each channel',
);
