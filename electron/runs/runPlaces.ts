import { resolve } from 'node:path';

/**
 * The folder of another run of the same process: ids are paths from the experiment's folder, wherever
 * it was moved. Null if the run's own folder was renamed.
 */
export function placeOf(runId: string, folder: string, ownId: string): string | null {
  const root = resolve(folder, ...ownId.split('/').map(() => '..'));
  if (resolve(root, ownId) === folder) return resolve(root, runId);
  return runId === ownId ? folder : null;
}
