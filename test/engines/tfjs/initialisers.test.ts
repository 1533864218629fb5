import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRun } from '../../../electron/runs/readRun';
import { runScript } from '../../../electron/engines/tfjs/session';
import { architectureSchema } from '../../../shared/architecture/architecture';
import { initialiserSchema } from '../../../shared/architecture/initialisers';
import type { Randomness } from '../../../shared/training/trainingConfig';
import { quietPorts } from '../../helpers/quietPorts';
import { scriptOf } from '../../helpers/script';
import { tempFolder } from '../../helpers/tempFolder';

const regimes: readonly Randomness[] = [
  { regime: 'global', seed: '1', initialiserSeeds: 'none' },
  { regime: 'global', seed: '1', initialiserSeeds: 'explicit' },
  { regime: 'controlled', seed: '1' },
];

test.each(regimes)('every initialiser fills a kernel and a bias under %o', async (randomness) => {
  for (const own of initialiserSchema.options) {
    const folder = join(tempFolder(), 'run');
    const script = scriptOf(folder, 'sequential', randomness, { epochs: 1 });
    const architecture = architectureSchema.parse({
      style: 'sequential',
      inputShape: [4],
      layers: [
        // A bias has one axis; an orthogonal matrix needs two.
        {
          id: 'own',
          kind: 'dense',
          units: 3,
          activation: 'softmax',
          kernelInitialiser: own,
          ...(own === 'orthogonal' ? {} : { biasInitialiser: own }),
        },
      ],
    });
    await runScript(
      { ...script, models: { a: { runId: 'own', folder, architecture } } },
      'start',
      quietPorts(),
    );
    expect([own, readRun(folder).outcome]).toMatchObject([own, { status: 'finished' }]);
  }
});
