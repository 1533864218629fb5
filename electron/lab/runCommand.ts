import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { trainingProblems } from '../../shared/architecture/dataFit';
import { AppError } from '../../shared/lib/appError';
import { projectSchema, type Project } from '../../shared/training/projectFile';
import { totalSteps } from '../../shared/training/trainingConfig';
import type { Script } from '../../shared/training/script';
import { dataShapeOf } from '../data/dataset';
import { loadDataset } from '../data/loadDataset';
import { makeNewFolder } from '../store/writeFolder';
import { nodeTrainer, selectEngine } from '../trainerHost';
import { badArguments, engineChoice, parse } from './arguments';
import { datasetsFolder, trainerEntry } from './paths';
import { ProgressLine } from './progressLine';
import { reportRun } from './runReport';
import { trainToEnd } from './trainToEnd';

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
  const dataset = loadDataset(project.data, datasetsFolder);
  for (const architecture of project.architectures) {
    const [problem] = trainingProblems(architecture, dataShapeOf(dataset));
    if (problem) throw badProject(file, `${architecture.style}: ${problem.message}`);
  }
  const folder = makeNewFolder(values.out, safeName(project.name));
  const progress = new ProgressLine(process.stderr, () => performance.now());
  progress.plan(project.architectures.length * totalSteps(project.training, dataset.rows));
  let isAllFinished = true;
  const spawn = nodeTrainer(trainerEntry);
  const scripts = project.architectures.map((architecture) => ({
    protocol: null,
    createdAt: new Date().toISOString(),
    actions: [
      ...(project.randomness.regime === 'global' ? [{ do: 'seed' } as const] : []),
      { do: 'build', model: 'a' } as const,
      { do: 'fit', model: 'a' } as const,
    ],
    models: {
      a: { runId: architecture.style, folder: `${folder}/${architecture.style}`, architecture },
    },
    training: project.training,
    randomness: project.randomness,
    environment: project.environment,
    recording: project.recording,
    data: project.data,
    datasetsFolder,
  }));
  const asked = engineChoice(values.engine) ?? project.engine;
  const engine = await selectEngine(asked, scripts[0] as (typeof scripts)[0], spawn, signal);
  if (engine === null) return 130;
  for (const part of scripts) {
    const script: Script = { ...part, engine };
    const { architecture, folder: runFolder } = part.models.a;
    await trainToEnd(script, 'start', spawn, signal, progress, () => architecture.style);
    isAllFinished =
      reportRun(runFolder, architecture.style, values.json) === 'finished' && isAllFinished;
    if (signal.aborted) return 130;
  }
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
