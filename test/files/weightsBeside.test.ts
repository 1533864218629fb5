import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProject, writeProject } from '../../electron/files/projectFile';
import { withWeightsBeside } from '../../electron/files/weightsBeside';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { projectSchema } from '../../shared/training/projectFile';
import { tempFolder } from '../helpers/tempFolder';

test('the weights of an import are saved along with the project; others stay where they are', () => {
  const folder = tempFolder();
  const [app, own] = [join(folder, 'app'), join(folder, 'own')] as const;
  for (const place of [app, own]) mkdirSync(place);
  writeFileSync(join(app, '0123.safetensors'), 'weights');
  const project = projectSchema.parse({
    twintrain: 'project',
    version: 1,
    name: 'imported',
    architectures: [articleNetwork(4, [], 3)],
    randomness: { regime: 'controlled', seed: '1' },
    data: { kind: 'builtin', name: 'iris' },
    initialWeights: join(app, '0123.safetensors'),
  });
  const file = join(own, 'mine.twintrain');
  writeProject(file, withWeightsBeside(project, file, app));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    initialWeights: 'mine.weights.safetensors',
  });
  expect(readFileSync(readProject(file).initialWeights ?? '', 'utf8')).toBe('weights');

  const elsewhere = { ...project, initialWeights: join(own, 'given.safetensors') };
  expect(withWeightsBeside(elsewhere, file, app)).toBe(elsewhere);
});
