import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asSubclass } from '../../shared/architecture/architecture';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { trainingSchema } from '../../shared/training/trainingConfig';
import { trainedByKeras } from '../helpers/keras/realKeras';
import { lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const network = articleNetwork(4, [6], 3);

function projectFile(architectures: readonly object[]): string {
  const file = join(tempFolder(), 'project.json');
  const training = trainingSchema.parse({ optimiser: { kind: 'rmsprop' }, metrics: ['accuracy'] });
  writeFileSync(
    file,
    JSON.stringify({
      twintrain: 'project',
      version: 1,
      name: 'own',
      architectures,
      training,
      randomness: { regime: 'controlled', seed: '7' },
      data: { kind: 'builtin', name: 'iris' },
    }),
  );
  return file;
}

test('a project is written as source that real Keras trains', async () => {
  const file = projectFile([network, asSubclass(network)]);
  const sources = await Promise.all(
    ['sequential', 'subclass'].map(async (style) => {
      const { code, stdout } = await lab(['source', file, '--style', style]);
      expect(code).toBe(0);
      return stdout;
    }),
  );
  expect(sources[0]).toContain('keras.optimizers.RMSprop');
  const trained = await trainedByKeras(
    sources.map((source) => ({
      source,
      inputShape: [4],
      weights: [],
      inputs: [1, 2, 3, 4, 4, 3, 2, 1],
      targets: [1, 0, 0, 0, 1, 0],
      batches: [
        [0, 1],
        [1, 0],
      ],
    })),
  );
  expect(trained).toEqual(
    [0, 1].map(
      () => expect.objectContaining({ losses: [expect.any(Number), expect.any(Number)] }) as object,
    ),
  );
});

test('it can also be written to a file; an invalid choice is reported', async () => {
  const file = projectFile([network, asSubclass(network)]);
  const out = join(tempFolder(), 'network.ts');
  const words = ['--language', 'typescript', '--style', 'subclass', '-o', out, '--json'];
  const { code, stdout } = await lab(['source', file, ...words]);
  expect(code).toBe(0);
  const { source, ...rest } = JSON.parse(stdout) as { readonly source: string };
  expect(rest).toEqual({ project: file, style: 'subclass', language: 'typescript', file: out });
  expect(readFileSync(out, 'utf8')).toBe(source);
  for (const [args, said] of [
    [[file], 'needs --style'],
    [[file, '--language', 'r'], '--language is one of python, typescript'],
    [[projectFile([network]), '--style', 'stack'], 'one of sequential, functional, subclass'],
    [[], 'takes one project file'],
  ] as const) {
    const refused = await lab(['source', ...args]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(said)]);
  }
});
