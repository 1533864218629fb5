import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Project } from '../../shared/training/projectFile';
import { writeWhole } from './writeFile';

/**
 * Weights of an imported model are kept in the app's own folder until its project is saved; then they are
 * copied beside it, so that the project can be moved as a whole.
 * @param file the project's file
 * @param appFolder folder of imported weights
 * @returns the project with the weights where they are now
 * @throws {AppError} cannot-write, disk-full
 */
export function withWeightsBeside(project: Project, file: string, appFolder: string): Project {
  const { initialWeights } = project;
  if (initialWeights === null || dirname(initialWeights) !== appFolder) return project;
  const name = basename(file).replace(/\.[^.]*$/, '');
  const beside = join(dirname(file), `${name}.weights.safetensors`);
  writeWhole(beside, readFileSync(initialWeights));
  return { ...project, initialWeights: beside };
}
