import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testData } from '../../../build/testData.mjs';
import { kerasTrainer } from '../../../electron/engines/keras/kerasTrainer';
import { prepare } from '../../../electron/engines/keras/prepare';
import type { SpawnTrainer } from '../../../electron/training/trainerProcess';
import type { KerasBackend } from '../../../shared/engines/keras';
import type { Script } from '../../../shared/training/script';
import { distFolder } from '../lab';
import type { Plant } from './planted';

const hooks = fileURLToPath(new URL('./keras_plant', import.meta.url));

/**
 * Trains with Keras; runs whose id is `planted` with a plant.
 * @param executable of each backend's Python
 */
export function kerasSpawnWith(executable: string, plant: Plant | null): SpawnTrainer {
  return (script, request) => {
    const isPlanted = plant !== null && script.models.a?.runId === 'planted';
    const paths = isPlanted && plant.kind === 'operation' ? [hooks] : [];
    const prepared = async (own: Script, backend: KerasBackend) => {
      const folder = await prepare(own, backend);
      if (isPlanted) change(folder, plant, own);
      return folder;
    };
    if (isPlanted) process.env['TWINTRAIN_TEST_PLANT'] = JSON.stringify(plant);
    return kerasTrainer(
      () => ({ executable, paths }),
      join(distFolder, '../electron/engines/keras/python/child.py'),
      prepared,
      join(testData, 'jax-programs'),
    )(script, request);
  };
}

/** Another order of two rows of a batch, or another seed of the generators. */
function change(folder: string, plant: Plant, { training }: Script): void {
  if (plant.kind === 'rows') {
    const file = join(folder, 'orders.u32');
    const bytes = readFileSync(file);
    const first = (plant.step - 1) * training.batchSize * 4;
    const [own, its] = [bytes.readUInt32LE(first), bytes.readUInt32LE(first + 20)];
    bytes.writeUInt32LE(its, first);
    bytes.writeUInt32LE(own, first + 20);
    writeFileSync(file, bytes);
  }
  if (plant.kind === 'seeds') {
    const file = join(folder, 'prepared.json');
    const prepared = JSON.parse(readFileSync(file, 'utf8')) as { seed: number };
    writeFileSync(file, JSON.stringify({ ...prepared, seed: prepared.seed + 1 }));
  }
}
