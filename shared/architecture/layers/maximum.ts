import { merge } from './merge';

/** The largest of two or more inputs of one shape, number by number. */
export const maximum = merge('maximum', 'Maximum', 'The largest of its inputs', {
  usesMasks: true,
});
