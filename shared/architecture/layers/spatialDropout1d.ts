import { noisy } from './noisy';

/** Dropout of whole channels of a series, [steps, channels]. Source: Tompson et al. 2015. */
export const spatialDropout1d = noisy(
  'spatialDropout1d',
  'SpatialDropout1D',
  'Drops whole channels of a series in training',
  2,
);
