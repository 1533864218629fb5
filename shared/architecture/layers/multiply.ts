import { merge } from './merge';

/** The product of two or more inputs of one shape, number by number. */
export const multiply = merge('multiply', 'Multiply', 'The product of its inputs', {
  usesMasks: true,
});
