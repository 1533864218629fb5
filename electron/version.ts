import { version as own } from '../package.json';

/** Of this program, as its bundles and its window name it. */
export const version = own;
