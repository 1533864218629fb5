import { merge } from './merge';

/** The first input less the second, of one shape. */
export const subtract = merge('subtract', 'Subtract', 'The first input less the second', {
  most: 2,
});
