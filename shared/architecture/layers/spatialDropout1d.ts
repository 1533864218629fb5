import { masked } from './masked';

/** Dropout of whole channels of a series, [steps, channels]. Source: Tompson et al. 2015. */
export const spatialDropout1d = masked(
  'spatialDropout1d',
  'SpatialDropout1D',
  'Drops whole channels of a series in training',
  2,
);
