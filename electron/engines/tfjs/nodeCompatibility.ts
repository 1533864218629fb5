import util from 'node:util';

/**
 * tfjs-node 4.22 calls two helpers that Node 24 (Electron 40 and later) dropped. Must run before
 * the library is loaded.
 */
export function restoreDroppedHelpers(): void {
  const helpers = util as unknown as Record<string, unknown>;
  helpers['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  helpers['isArray'] ??= Array.isArray;
}
