import { version as own } from '../package.json';

/** The version of this program, as its bundles and its window show it. */
export const version = own;
