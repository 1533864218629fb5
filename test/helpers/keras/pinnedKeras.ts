import { homedir } from 'node:os';
import { join } from 'node:path';
import { madePython } from '../../../electron/engines/keras/environment';
import type { KerasBackend } from '../../../shared/engines/keras';
import { distFolder, lab } from '../lab';

const found = new Map<KerasBackend, Promise<string>>();

/** The Python of the lab's own environment for a backend, installed if it is missing. */
export function pinnedKeras(backend: KerasBackend): Promise<string> {
  const known = found.get(backend) ?? findPinned(backend);
  found.set(backend, known);
  return known;
}

async function findPinned(backend: KerasBackend): Promise<string> {
  const cache =
    process.env['TWINTRAIN_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'twintrain');
  const { code, stderr } = await lab(['environments', 'install', `keras-${backend}`]);
  if (code !== 0) throw new Error(stderr);
  const uv = async () => {
    throw new Error('lab installed it');
  };
  const requirements = join(distFolder, 'keras/requirements');
  const places = { cache, requirements, index: null, uv };
  return (await madePython(backend, { kind: 'pinned' }, places)).executable;
}
