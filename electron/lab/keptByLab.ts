import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { settingsFolder } from '../files/settingsFolder';
import { KeptFolders } from '../runs/keptFolders';

/** What was added, where the window records by default (installed, and from a checkout), and the lab here. */
export function keptByLab(): KeptFolders {
  const settings = settingsFolder();
  const own = ['twintrain-runs', join(settings, 'runs'), join(settings, '../Twintrain/runs')];
  return new KeptFolders(
    own.filter((folder) => existsSync(folder)),
    settings,
  );
}
