import { closeSync, openSync, readSync } from 'node:fs';
import os from 'node:os';
import { resolve, sep } from 'node:path';
import { app, dialog, shell } from 'electron';
import { parse } from 'csv-parse/sync';
import type { Handlers } from '../shared/ipc/contract';
import type { DataSource } from '../shared/runs/run';
import { AppError } from '../shared/lib/appError';
import type { Experiments } from './experiments';

const PREVIEW_ROWS = 5;
const HEADER_BYTES = 256 * 1024;

/** What the main process does for the page. */
export function makeHandlers(experiments: Experiments, runsFolder: string): Handlers {
  /** The page may train only on files that the user chose in the dialog. */
  const chosenPaths = new Set<string>();
  const refuseUnchosen = (data: DataSource) => {
    if (data.kind !== 'csv' || chosenPaths.has(data.path)) return;
    throw new AppError(
      'refused',
      'That file was not chosen by you.',
      'Choose it with the CSV button.',
    );
  };
  return {
    appInfo: async () => ({
      version: app.getVersion(),
      electron: process.versions.electron ?? '',
      chromium: process.versions['chrome'] ?? '',
      node: process.versions.node,
      cpuCount: os.cpus().length,
      runsFolder,
    }),
    chooseCsv: async () => {
      const { filePaths } = await dialog.showOpenDialog({
        title: 'Choose a CSV file',
        properties: ['openFile'],
        filters: [
          { name: 'CSV', extensions: ['csv'] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
      const [path] = filePaths;
      if (path === undefined) return null;
      const [columns = [], ...firstRows] = firstLines(path);
      chosenPaths.add(path);
      return { path, columns, firstRows };
    },
    startArticle: async (options) => {
      refuseUnchosen(options.data);
      return { experiment: experiments.start(options, new Date()) };
    },
    startProject: async (project) => {
      refuseUnchosen(project.data);
      return { experiment: experiments.startProject(project, new Date()) };
    },
    stopExperiment: async ({ experiment }) => {
      experiments.stop(experiment);
      return null;
    },
    pauseExperiment: async ({ experiment, isPaused }) => {
      experiments.pause(experiment, isPaused);
      return null;
    },
    showRunFolder: async ({ folder }) => {
      const path = resolve(folder);
      if (!path.startsWith(runsFolder + sep)) {
        throw new AppError(
          'refused',
          `${folder} is no run of this app.`,
          'Choose a run in the table.',
        );
      }
      shell.showItemInFolder(path);
      return null;
    },
  };
}

/** The header and some rows, for a look and the choice of the label. The whole file is checked when training starts. */
function firstLines(path: string): string[][] {
  const buffer = Buffer.alloc(HEADER_BYTES);
  try {
    const file = openSync(path, 'r');
    try {
      const text = buffer.toString('utf8', 0, readSync(file, buffer));
      // What was cut off in the middle of a line is not among the first.
      const lines = parse(text, {
        bom: true,
        trim: true,
        to: 1 + PREVIEW_ROWS,
        relax_quotes: true,
        relax_column_count: true,
      }) as string[][];
      if (lines[0] !== undefined && lines[0].length > 1) return lines;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'bad-data',
      `${path} cannot be read as CSV: ${reason}`,
      'Choose another file.',
      error,
    );
  }
  throw new AppError(
    'bad-data',
    `${path} has no header line with at least two columns.`,
    'Choose another file.',
  );
}
