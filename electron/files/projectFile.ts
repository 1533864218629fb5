import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { problemsOf } from '../../shared/lib/issueText';
import { jsonErrorAt } from '../../shared/lib/jsonErrorAt';
import { projectSchema, type Project } from '../../shared/training/projectFile';
import { withPaths } from '../../shared/data/dataSource';
import { writeWhole } from './writeFile';

const SIZE_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * A project file, with relative paths of data made absolute.
 * @throws {AppError} file-not-found, bad-project
 */
export function readProject(file: string): Project {
  const value = readJson(file);
  const result = projectSchema.safeParse(value);
  if (!result.success) {
    throw otherFile(file, value) ?? badProject(file, problemsOf(result.error));
  }
  const project = result.data;
  const folder = dirname(file);
  return {
    ...project,
    data: withPaths(project.data, (path) => resolve(folder, path)),
    initialWeights: project.initialWeights && resolve(folder, project.initialWeights),
  };
}

/** The error for a file that is commonly mistaken for a project; null for any other. */
function otherFile(file: string, value: unknown): AppError | null {
  const { success, data } = z
    .looseObject({
      twintrain: z.unknown().optional(),
      class_name: z.unknown().optional(),
      modelTopology: z.unknown().optional(),
    })
    .safeParse(value);
  if (!success) return null;
  if (data.class_name !== undefined || data.modelTopology !== undefined) {
    const what = data.class_name === undefined ? 'a TensorFlow.js model' : 'a Keras model';
    return new AppError(
      'bad-project',
      `${file} is ${what}, not a Twintrain project.`,
      `Import it: Import… in Build, or lab import ${file} -o NAME.twintrain.`,
    );
  }
  if (data.twintrain === undefined || data.twintrain === 'project') return null;
  return new AppError(
    'bad-project',
    `${file} is a Twintrain ${String(data.twintrain)}, not a project.`,
    'Choose the project file: its "twintrain" is "project".',
  );
}

/** Paths inside the project's folder are written relative to it, so that both can be moved together. */
function fromHere(path: string, folder: string): string {
  const own = relative(resolve(folder), resolve(folder, path));
  if (own === '') return '.';
  return own === '..' || own.startsWith(`..${sep}`) || isAbsolute(own) ? path : own;
}

/** @throws {AppError} file-not-found, bad-project */
export function readJson(file: string): unknown {
  try {
    if (statSync(file).size > SIZE_LIMIT_BYTES) throw badProject(file, 'it is larger than 64 MiB');
    return parseJson(readFileSync(file, 'utf8'), file, 'project');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new AppError('file-not-found', `There is no file ${file}.`, 'Check the path.', error);
    }
    throw badProject(file, message);
  }
}

/**
 * Parses JSON with or without a byte order mark, as editors may save it.
 * @throws {AppError} bad-project with the line where it is not valid JSON
 */
export function parseJson(text: string, file: string, what: 'project' | 'model'): unknown {
  const plain = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(plain);
  } catch (error) {
    const position = jsonErrorAt(plain);
    const before = plain.slice(0, position).split('\n');
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    const found = /^[\w.-]{1,20}|^[^\p{Cc}]/u.exec(plain.slice(position, position + 20))?.[0];
    const why = found === undefined ? 'more is expected' : `${found} is not expected`;
    throw new AppError(
      'bad-project',
      `${file} is not a readable ${what}: line ${line}, column ${column} is not JSON (${why}).`,
      hintAt(plain, position) ?? 'Correct that line, or save the file again where it came from.',
      error,
    );
  }
}

/** A hint at the most common mistakes. */
function hintAt(text: string, position: number): string | null {
  if (text.trim() === '') return 'The file is empty: choose another one.';
  const isAfterComma = /,\s*$/.test(text.slice(0, position)) && /[}\]]/.test(text[position] ?? '');
  if (isAfterComma) return 'Remove the comma before it: JSON allows none after the last item.';
  return text[position] === "'" ? 'Use double quotes: JSON does not allow single ones.' : null;
}

/** @throws {AppError} cannot-write, disk-full */
export function writeProject(file: string, project: Project): void {
  const folder = dirname(file);
  const portable = {
    ...project,
    data: withPaths(project.data, (path) => fromHere(path, folder)),
    initialWeights: project.initialWeights && fromHere(project.initialWeights, folder),
  };
  writeWhole(file, `${JSON.stringify(portable, null, 2)}\n`);
}

export function badProject(
  file: string,
  what: string,
  remedy = 'Correct what is named, and save the file again.',
): AppError {
  return new AppError('bad-project', `${file} is not a usable project: ${what}`, remedy);
}
