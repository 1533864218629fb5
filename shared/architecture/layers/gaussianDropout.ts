import { noisy } from './noisy';

/**
 * In training multiplies each number by one from a normal distribution of mean 1 and deviation
 * sqrt(rate / (1 - rate)). Source: Srivastava et al. 2014, section 10; Keras.
 */
export const gaussianDropout = noisy(
  'gaussianDropout',
  'GaussianDropout',
  'Multiplies by noise around 1 in training',
);
