// @ts-check
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../bootstrap/cache.mjs';
import { root } from '../bootstrap/ensure.mjs';
import { SetupError } from '../bootstrap/setupError.mjs';

const ROUNDS = 21;

/** What recording costs a fit on each backend that is installed: one JSON line per network. */
export function benchKeras() {
  const found = ['jax', 'tensorflow', 'torch'].flatMap((backend) => {
    const folder = readdirSync(cacheRoot()).find(
      (name) => name.startsWith(`keras-${backend}-`) && !name.includes('.part'),
    );
    return folder === undefined ? [] : [[backend, join(cacheRoot(), folder, 'bin/python')]];
  });
  if (found.length === 0) {
    throw new SetupError(
      'No environment of Keras is there yet.',
      'train once with it: npm run -s lab -- article --engine keras-jax --epochs 1.',
    );
  }
  for (const [backend = '', python = ''] of found) {
    const script = join(root, 'build/bench/recordingCost.py');
    const { status } = spawnSync(
      python,
      [script, join(root, 'electron/engines/keras/python'), String(ROUNDS)],
      {
        stdio: 'inherit',
        env: {
          PATH: process.env['PATH'],
          KERAS_BACKEND: backend,
          TF_CPP_MIN_LOG_LEVEL: '3',
          PYTHONDONTWRITEBYTECODE: '1',
        },
      },
    );
    if (status !== 0) throw new Error(`The bench of Keras with ${backend} failed.`);
  }
}
