// @ts-check
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/ensure.mjs';
import { runToEnd } from '../bootstrap/process.mjs';

/**
 * A small network trained in both styles.
 * @param {string} folder where it is made
 * @returns {Promise<string>} the experiment's folder
 */
export async function trainedPair(folder) {
  const project = join(folder, 'pair.json');
  const layers = [{ id: 'output', kind: 'dense', units: 3, activation: 'softmax' }];
  const subclass = {
    members: layers,
    calls: [{ name: 'output', layer: 'output', inputs: ['input'] }],
  };
  writeFileSync(
    project,
    JSON.stringify({
      twintrain: 'project',
      version: 1,
      name: 'pair',
      architectures: [
        { style: 'sequential', inputShape: [4], layers },
        { style: 'subclass', inputShape: [4], ...subclass },
      ],
      training: { epochs: 2 },
      engine: 'graph',
      randomness: { regime: 'controlled', seed: '0' },
      data: { kind: 'builtin', name: 'iris' },
    }),
  );
  const { code, output } = await runToEnd(
    process.execPath,
    [join(root, 'dist/electron/lab.cjs'), 'run', project, '--out', join(folder, 'pair')],
    { cwd: folder, quiet: true },
  );
  if (code !== 0) throw new Error(output);
  const [experiment = ''] = readdirSync(join(folder, 'pair'));
  return join(folder, 'pair', experiment);
}
