import { noisy } from './noisy';

/** Dropout of whole channels of an image, [height, width, channels]. Source: Tompson et al. 2015. */
export const spatialDropout2d = noisy(
  'spatialDropout2d',
  'SpatialDropout2D',
  'Drops whole channels of an image in training',
  3,
);
