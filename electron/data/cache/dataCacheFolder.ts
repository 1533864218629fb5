import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where prepared data is kept for every process, outside any project: `TWINTRAIN_DATA_CACHE`, or a folder in
 * `TWINTRAIN_CACHE` or where the system has caches.
 */
export function dataCacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const own = env['TWINTRAIN_DATA_CACHE'];
  if (own !== undefined && own !== '') return resolve(own);
  const root =
    env['TWINTRAIN_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'twintrain');
  return join(resolve(root), 'data');
}
