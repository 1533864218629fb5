import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isFull } from '../../build/fullTests.mjs';
import { weightsFileAfter } from '../../shared/compare/measuredSteps';
import { kerasBackends, type KerasBackend } from '../../shared/engines/keras';
import { runFiles } from '../../shared/runs/runFiles';
import type { Script } from '../../shared/training/script';
import { Planted } from '../helpers/explain/planted';
import { pinnedKeras } from '../helpers/keras/pinnedKeras';
import { tempFolder } from '../helpers/tempFolder';

/** The other backends are large to install, and every process takes seconds to load Keras. */
const backends: readonly KerasBackend[] = isFull ? kerasBackends : ['jax'];

describe.each(backends)('Keras on %s', (backend) => {
  /** It compiles a step dozens of times: small networks only. */
  const isJax = backend === 'jax';
  const at = async (seed: number, isLarge = false) => {
    const executable = await pinnedKeras(backend);
    return new Planted(join(tempFolder(), 'case'), seed, isLarge, { backend, executable });
  };

  // What is decided before a step is observed does not depend on the backend: one of each for every one.
  test.runIf(isFull && isJax)('swapped rows are named with their step', async () => {
    // Where a sum comes out the same in both orders there is nothing to name.
    const named = (await (await at(0)).rows()) ?? (await (await at(6)).rows());
    expect(named).toMatchObject({ problem: null });
  });

  test.runIf(isFull && backend !== 'jax')('another epsilon is named with its step', async () => {
    expect(await (await at(2)).epsilon()).toMatchObject({ problem: null });
  });

  test.runIf(isFull && backend !== 'torch')('a weight off by one ULP is named', async () => {
    expect(await (await at(0)).weight()).toMatchObject({ problem: null });
  });

  test.runIf(isFull && backend !== 'tensorflow')('another dropout seed is named', async () => {
    expect(await (await at(36)).seeds()).toMatchObject({ problem: null });
  });

  // What the daily tests have on JAX is not repeated.
  const isOther = isFull && isJax;
  const seed = isOther ? 6 : backend === 'torch' ? 26 : 3;

  test('an operation that computes something else is named: kind, layer, use and pass', async () => {
    expect(await (await at(seed)).operation()).toMatchObject({ problem: null });
  });

  test.skipIf(isOther)(
    'weights that are kept after a step are those of a run that ends there',
    async () => {
      const own = await at(1);
      const until = (step: number): Partial<Script> => ({
        until: { model: 'a', step, keepsWeightsAt: [3] },
      });
      const long = await own.train(own.script('long', until(5)));
      const short = await own.train(own.script('short', until(3)));
      const kept = readFileSync(join(long, weightsFileAfter(3)));
      expect(kept.equals(readFileSync(join(short, runFiles.finalWeights)))).toBe(true);
      expect(kept.equals(readFileSync(join(long, runFiles.finalWeights)))).toBe(false);
    },
  );

  test.skipIf(isOther)('of equal runs, in both styles, nothing is named', async () => {
    expect(await (await at(6)).nothing('eager')).toMatchObject({ problem: null });
  });
});
