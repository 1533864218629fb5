import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the window and `lab` keep what they share about a user: `TWINTRAIN_SETTINGS`, or a folder where
 * the system has such things.
 */
export function settingsFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = env['TWINTRAIN_SETTINGS'];
  if (own !== undefined && own !== '') return own;
  const home = homedir();
  if (platform === 'win32') {
    return join(env['APPDATA'] ?? join(home, 'AppData/Roaming'), 'twintrain');
  }
  if (platform === 'darwin') return join(home, 'Library/Application Support/twintrain');
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'twintrain');
}
