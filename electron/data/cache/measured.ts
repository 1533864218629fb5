/** The folder of the modes that were measured, in the cache's own. */
export const MEASURED = 'measured';
