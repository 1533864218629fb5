import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Report } from '../../shared/bundle/finding';
import { distFolder } from './lab';

const script = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
print(json.dumps([verify.verify(path) for path in json.load(sys.stdin)]))
`;

/** The Python verifier's reports on many bundles, from one process. */
export function verifiedByPython(paths: readonly string[]): Report[] {
  const { stdout, stderr, status } = spawnSync(
    'python3',
    ['-c', script, join(distFolder, 'electron/verify.py')],
    { input: JSON.stringify(paths), encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return JSON.parse(stdout) as Report[];
}
