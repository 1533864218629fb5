import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { asSubclass } from '../../shared/architecture/architecture';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { lab } from './lab';

let trained: Promise<string> | undefined;

/** A folder with the runs of a small network in both styles, trained once for the tests of a file. */
export function trainedPair(): Promise<string> {
  trained ??= train();
  return trained;
}

async function train(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-pair-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const network = articleNetwork(4, [6], 3);
  const project = {
    twintrain: 'project',
    version: 1,
    name: 'pair',
    architectures: [network, asSubclass(network)],
    training: {
      optimiser: { kind: 'adam' },
      batchSize: 32,
      epochs: 3,
      metrics: ['accuracy'],
      validationSplit: 0.1,
      callbacks: { keepBest: {} },
    },
    randomness: { regime: 'controlled', seed: '7' },
    engine: 'graph',
    recording: { hashEverySteps: 4 },
    data: { kind: 'builtin', name: 'iris' },
  };
  writeFileSync(join(folder, 'pair.json'), JSON.stringify(project));
  const { code, stderr } = await lab([
    'run',
    join(folder, 'pair.json'),
    '--out',
    join(folder, 'runs'),
  ]);
  if (code !== 0) throw new Error(`training ended with ${code}: ${stderr}`);
  const evaluated = await lab(['evaluate', join(folder, 'runs/pair/sequential')]);
  if (evaluated.code !== 0) throw new Error(evaluated.stderr);
  return join(folder, 'runs');
}
