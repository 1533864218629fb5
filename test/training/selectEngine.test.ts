import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lookAtDataset } from '../../electron/data/loadDataset';
import { emptyPreparedData } from '../../electron/data/cache/preparedData';
import { nodeTrainer } from '../../electron/engines/tfjs/nodeTrainer';
import { selectEngine } from '../../electron/training/selectEngine';
import type { Script } from '../../shared/training/script';
import { distFolder } from '../helpers/lab';
import { scriptOf } from '../helpers/script';
import { tempFolder } from '../helpers/tempFolder';

const trainer = nodeTrainer(join(distFolder, 'electron/trainer.cjs'));

/** Selects a mode, and says how many processes that took. */
async function selected(script: Script, cache: string, asked: 'auto' | 'xla' = 'auto') {
  let processes = 0;
  const spawn: typeof trainer = (own, request) => {
    processes++;
    return trainer(own, request);
  };
  const data = await lookAtDataset(script.data, script.datasetsFolder, { cacheFolder: cache });
  const { signal } = new AbortController();
  const engine = await selectEngine(asked, script, data, { spawn, signal }, cache);
  return { engine, processes };
}

/** Long enough for its mode to matter. */
function longScript(style: 'sequential' | 'subclass'): Script {
  return scriptOf(tempFolder(), style, { regime: 'controlled', seed: '1' }, { epochs: 2_000 });
}

test('a mode is measured once for the same training on this machine, and again for any other', async () => {
  const cache = join(tempFolder(), 'cache');
  const own = longScript('subclass');
  const first = await selected(own, cache);
  expect(first.processes).toBe(1);
  expect(['graph', 'xla']).toContain(first.engine?.mode);
  expect(await selected(own, cache)).toEqual({ ...first, processes: 0 });
  // Neither the seed nor where it is recorded decides how fast it is.
  const seed = { ...own, randomness: { regime: 'controlled', seed: '2' } } as const;
  expect((await selected(seed, cache)).processes).toBe(0);

  const batch = { ...own, training: { ...own.training, batchSize: 7 } };
  expect((await selected(batch, cache)).processes).toBe(1);
  const threads = { ...own, environment: { ...own.environment, threads: 2 } };
  expect((await selected(threads, cache)).processes).toBe(1);

  // What was asked for by name is not measured.
  expect(await selected(own, cache, 'xla')).toEqual({
    engine: { asked: 'xla', mode: 'xla' },
    processes: 0,
  });
});

test('what is remembered is used, and what cannot be read is measured again', async () => {
  const cache = join(tempFolder(), 'cache');
  const own = longScript('sequential');
  const { engine } = await selected(own, cache);
  const folder = join(cache, 'measured');
  const [name = ''] = readdirSync(folder);
  const other = engine?.mode === 'graph' ? 'xla' : 'graph';
  writeFileSync(join(folder, name), JSON.stringify({ mode: other }));
  expect((await selected(own, cache)).engine).toEqual({ asked: 'auto', mode: other });
  writeFileSync(join(folder, name), '{"mode":');
  expect((await selected(own, cache)).processes).toBe(1);
  emptyPreparedData(cache);
  expect((await selected(own, cache)).processes).toBe(1);
});

test('a training that is over before a compiler could pay off is not measured', async () => {
  const cache = join(tempFolder(), 'cache');
  const own = scriptOf(tempFolder(), 'sequential', { regime: 'controlled', seed: '1' });
  const graph = { asked: 'auto', mode: 'graph' };
  expect(await selected(own, cache)).toEqual({ engine: graph, processes: 0 });
});
