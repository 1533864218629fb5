import { merge } from './merge';

/** The smallest of two or more inputs of one shape, number by number. */
export const minimum = merge('minimum', 'Minimum', 'The smallest of its inputs', {
  usesMasks: true,
});
