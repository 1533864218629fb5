import { readdirSync, statSync, type Dirent } from 'node:fs';
import { extname } from 'node:path';
import { EXPERIMENT_FILE } from '../../shared/runs/experimentFile';
import { runFoldersIn } from '../runs/findRuns';
import { runFiles } from '../../shared/runs/runFiles';
import { parseJson } from '../files/projectFile';
import { AppError } from '../../shared/lib/appError';
import { beginningOf } from './beginning';
import { unreadable } from './unreadable';

export type DroppedKind =
  'project' | 'bundle' | 'model' | 'table' | 'npy' | 'images' | 'run' | 'runs' | 'experiment';

/** Most that is read of a project or stored model; a larger one can be opened with its own button. */
const MOST_JSON_BYTES = 64 * 1024 * 1024;
const START_BYTES = 256;
const TABLES = ['.csv', '.tsv', '.tab', '.txt', '.data', '.dat'];

/**
 * What a file or folder is, by what it begins with; its name decides only what bytes cannot.
 * @throws {AppError} file-not-found, bad-data with what may be dropped
 */
export function droppedKind(path: string): DroppedKind {
  if (isFolder(path)) return kindOfFolder(path);
  const start = beginningOf(path, START_BYTES).toString('latin1');
  const extension = extname(path).toLowerCase();
  if (start.startsWith('PK')) {
    if (extension === '.keras') return 'model';
    if (extension === '.npz') return 'npy';
    if (extension === '.zip') return 'bundle';
    throw refused(path, 'a zip file of another kind', HINT);
  }
  if (start.startsWith('\u0093NUMPY')) return 'npy';
  if (start.startsWith('\u0089HDF')) return 'model';
  if (start.startsWith('PAR1')) return 'table';
  if (/^\s*(\u00ef\u00bb\u00bf)?\s*\{/.test(start)) return kindOfJson(path);
  if (TABLES.includes(extension)) return 'table';
  throw refused(path, 'not a file that can be dropped here', HINT);
}

const HINT =
  'Drop a project, a bundle, a Keras or TensorFlow.js model, a table (CSV, TSV or Parquet), .npy arrays, a folder of pictures, the folder of a run to compare, one that holds runs, or that of an experiment to resume.';

function refused(path: string, what: string, remedy: string): AppError {
  return new AppError('bad-data', `${path} is ${what}.`, remedy);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function kindOfFolder(path: string): DroppedKind {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw unreadable(path, error);
  }
  if (entries.some(({ name }) => name === EXPERIMENT_FILE)) return 'experiment';
  if (entries.some(({ name }) => name === runFiles.manifest)) return 'run';
  if (runFoldersIn(path).next().done !== true) return 'runs';
  // A folder of folders may hold pictures; that is checked when they are read.
  if (entries.some((entry) => entry.isDirectory())) return 'images';
  throw refused(
    path,
    'a folder without a folder for each class',
    'Drop one that has a folder of pictures for each class.',
  );
}

function kindOfJson(path: string): DroppedKind {
  const text = beginningOf(path, MOST_JSON_BYTES).toString('utf8');
  const json = parseJson(text, path, 'project') as Record<string, unknown>;
  if (json['twintrain'] !== undefined) return 'project';
  if (json['class_name'] !== undefined || json['modelTopology'] !== undefined) return 'model';
  throw refused(path, 'JSON, but neither a project nor a model', HINT);
}
