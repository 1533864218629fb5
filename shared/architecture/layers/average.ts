import { merge } from './merge';

/** The mean of two or more inputs of one shape, number by number. */
export const average = merge('average', 'Average', 'The mean of its inputs');
