import type { Style } from '../../shared/architecture/architecture';
import { AppError } from '../../shared/lib/appError';
import { trainingWarnings } from '../../shared/training/trainingWarnings';
import { badProject, readProject } from '../files/projectFile';
import { makeNewFolder } from '../files/writeFolder';
import { engineChoice, parse } from './arguments';
import { badArguments } from './badArguments';
import { trainProject } from './trainProject';

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
  const told = new Map<string, Style[]>();
  for (const architecture of project.architectures) {
    for (const { message } of trainingWarnings(architecture, project.training)) {
      told.set(message, [...(told.get(message) ?? []), architecture.style]);
    }
  }
  for (const [message, styles] of told) {
    process.stderr.write(`Warning (${styles.join(', ')}): ${message}\n`);
  }
  try {
    return await trainProject(
      { ...project, engine: engineChoice(values.engine) ?? project.engine },
      {
        folder: () => makeNewFolder(values.out, safeName(project.name)),
        before: null,
        isJson: values.json,
        signal,
      },
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-project') {
      throw badProject(file, error.message, error.remedy);
    }
    throw error;
  }
}

function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'project';
}
