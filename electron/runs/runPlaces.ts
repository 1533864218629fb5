import { resolve } from 'node:path';

/**
 * Where another run of the same process lies: ids are paths from the experiment's folder, wherever
 * that was moved. Null where the folder was renamed.
 */
export function placeOf(runId: string, folder: string, ownId: string): string | null {
  const root = resolve(folder, ...ownId.split('/').map(() => '..'));
  if (resolve(root, ownId) === folder) return resolve(root, runId);
  return runId === ownId ? folder : null;
}
