import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { projectSchema, type Project } from '../../shared/training/projectFile';
import { runProject } from '../experiment/runProject';
import { makeNewFolder } from '../store/writeFolder';
import { nodeTrainer } from '../trainerHost';
import { badArguments, engineChoice, parse } from './arguments';
import { datasetsFolder, trainerEntry } from './paths';
import { ProgressLine } from './progressLine';
import { reportRun } from './runReport';

/** `lab run PROJECT.json`: each style in a process of its own. @returns the exit status */
export async function runCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    out: { type: 'string', default: 'twintrain-runs' },
    engine: { type: 'string' },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw badArguments('run takes one project file.');
  const project = readProject(file);
  const progress = new ProgressLine(process.stderr, () => performance.now());
  let isAllFinished = true;
  try {
    await runProject(
      { ...project, engine: engineChoice(values.engine) ?? project.engine },
      {
        spawn: nodeTrainer(trainerEntry),
        datasetsFolder,
        folder: () => makeNewFolder(values.out, safeName(project.name)),
        now: () => new Date(),
        signal,
        atOnce: false,
        onPlan: ({ runs, stepsPerRun }) => progress.plan(runs * stepsPerRun),
        onRunning: () => {},
        onEvent: (style, event) => {
          if (event.type === 'losses') progress.add(event.losses.length, style);
        },
        onFailure: (_style, error) => {
          throw error;
        },
        onRunEnd: (style, runFolder) => {
          progress.end();
          isAllFinished = reportRun(runFolder, style, values.json) === 'finished' && isAllFinished;
        },
      },
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-project') {
      throw badProject(file, error.message);
    }
    throw error;
  } finally {
    progress.end();
  }
  if (signal.aborted) return 130;
  return isAllFinished ? 0 : 1;
}

/** @throws {AppError} file-not-found, bad-project */
function readProject(file: string): Project {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new AppError('file-not-found', `There is no file ${file}.`, 'Check the path.', error);
    }
    throw badProject(file, code === undefined ? 'it is not JSON' : message);
  }
  const result = projectSchema.safeParse(value);
  if (!result.success) throw badProject(file, z.prettifyError(result.error));
  const project = result.data;
  if (project.data.kind !== 'csv') return project;
  return { ...project, data: { ...project.data, path: resolve(dirname(file), project.data.path) } };
}

function badProject(file: string, what: string): AppError {
  return new AppError(
    'bad-project',
    `${file} is no usable project: ${what}`,
    'README describes the project file, version 1.',
  );
}

function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'project';
}
