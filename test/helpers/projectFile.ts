import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a project file of format 1: on Iris, controlled, in graphs, but for what is given.
 * @returns its path
 */
export function projectFile(
  folder: string,
  own: { readonly architectures: readonly (object | null)[]; readonly [field: string]: unknown },
  name = 'project.json',
): string {
  const file = join(folder, name);
  const project = {
    twintrain: 'project',
    version: 1,
    name: 'own',
    randomness: { regime: 'controlled', seed: '7' },
    data: { kind: 'builtin', name: 'iris' },
    engine: 'graph',
    ...own,
  };
  writeFileSync(file, JSON.stringify(project));
  return file;
}
