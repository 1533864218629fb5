/** The folder of the remembered hashes of files, in the cache's own. */
export const STAMPS = 'stamps';
