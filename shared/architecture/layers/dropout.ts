import { noisy } from './noisy';

/**
 * In training sets a fraction `rate` of the numbers to zero and scales the others by 1 / (1 - rate);
 * a new mask every step. Source: Srivastava et al. 2014, in the inverted form of Keras.
 */
export const dropout = noisy('dropout', 'Dropout', 'Drops a share of the numbers in training');
