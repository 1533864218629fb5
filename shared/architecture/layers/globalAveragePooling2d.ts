import { globalPooling } from './pooling';

/** [height, width, channels] -> [channels] */
export const globalAveragePooling2d = globalPooling(
  'globalAveragePooling2d',
  'GlobalAveragePooling2D',
  2,
);
