import { merge } from './merge';

/** The sum of two or more inputs of one shape. */
export const add = merge('add', 'Add', 'The sum of its inputs');
