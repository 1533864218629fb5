import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { projectSchema, type Project } from '../../shared/training/projectFile';
import type { DataSource } from '../../shared/runs/run';
import { writeWhole } from './writeFile';

const SIZE_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * A project file, with relative paths of data made absolute.
 * @throws {AppError} file-not-found, bad-project
 */
export function readProject(file: string): Project {
  const result = projectSchema.safeParse(readJson(file));
  if (!result.success) throw badProject(file, z.prettifyError(result.error));
  const project = result.data;
  return { ...project, data: fromFolder(project.data, dirname(file)) };
}

function fromFolder(data: DataSource, folder: string): DataSource {
  switch (data.kind) {
    case 'builtin':
      return data;
    case 'csv':
    case 'images':
      return { ...data, path: resolve(folder, data.path) };
    case 'npy':
      return { ...data, path: resolve(folder, data.path), labels: resolve(folder, data.labels) };
  }
}

/** @throws {AppError} file-not-found, bad-project */
export function readJson(file: string): unknown {
  try {
    if (statSync(file).size > SIZE_LIMIT_BYTES) throw badProject(file, 'it is larger than 64 MiB');
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new AppError('file-not-found', `There is no file ${file}.`, 'Check the path.', error);
    }
    throw badProject(file, code === undefined ? 'it is not JSON' : message);
  }
}

/** @throws {AppError} cannot-write, disk-full */
export function writeProject(file: string, project: Project): void {
  writeWhole(file, `${JSON.stringify(project, null, 2)}\n`);
}

export function badProject(file: string, what: string): AppError {
  return new AppError(
    'bad-project',
    `${file} is no usable project: ${what}`,
    'README describes the project file, version 1.',
  );
}
