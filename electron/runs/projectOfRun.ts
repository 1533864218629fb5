import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { byStyle } from '../../shared/architecture/bothStyles';
import { AppError } from '../../shared/lib/appError';
import { problemsOf } from '../../shared/lib/issueText';
import { nameOf } from '../../shared/runs/runColumns';
import { runFiles } from '../../shared/runs/runFiles';
import type { RunManifest } from '../../shared/runs/run';
import { settingsWithoutNetwork } from '../../shared/runs/runSummary';
import { PROJECT_FORMAT, projectSchema, type Project } from '../../shared/training/projectFile';
import { readManifest } from './readRun';
import { readScript } from './readScript';
import { summariseRun } from './summariseRun';

/** A project with exactly a run's settings, and what of the run is not in it. */
export interface ProjectOfRun {
  readonly project: Project;
  readonly notes: readonly string[];
}

/**
 * The project that trains what a run recorded: its network, in both styles if the other one was trained
 * beside it with the same settings, in the mode that ran and from the same weights.
 *
 * @throws {AppError} file-not-found, bad-run-folder
 */
export function projectOfRun(runFolder: string): ProjectOfRun {
  const folder = resolve(runFolder);
  const manifest = readManifest(folder);
  const { architecture, training, environment, recording, engine, randomness, data } = manifest;
  const other = otherStyle(folder, manifest);
  const { path, note } = weightsOf(folder, manifest);
  const notes = note === null ? [] : [note];
  const { protocol, actions } = manifest.script;
  if (protocol !== null) {
    notes.push(
      `The run belongs to protocol ${protocol}, whose process did this: ${actions.join(', ')}. A project only builds and fits; train it under the protocol to repeat that.`,
    );
  }
  const name = nameOf({ ...summariseRun(folder), twin: null }).slice(0, 200);
  const architectures = [architecture, ...(other === null ? [] : [other.architecture])];
  const plan = { training, environment, recording, engine: engine.mode, randomness };
  const parsed = projectSchema.safeParse({
    twintrain: 'project',
    version: PROJECT_FORMAT,
    name,
    architectures: architectures.sort(byStyle),
    ...plan,
    data: data.source,
    initialWeights: path,
  });
  if (parsed.success) return { project: parsed.data, notes };
  throw new AppError(
    'bad-run-folder',
    `${folder} cannot be opened as a project: ${problemsOf(parsed.error as z.ZodError)}`,
    'Name a run folder that Twintrain wrote, unchanged.',
  );
}

/** The run in the other style that lies beside it, with nothing else set otherwise. */
function otherStyle(folder: string, manifest: RunManifest): RunManifest | null {
  const beside = readdirSync(dirname(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(dirname(folder), name))
    .filter((own) => own !== folder && existsSync(join(own, runFiles.manifest)));
  const others = beside.flatMap((own) => {
    try {
      return readManifest(own);
    } catch {
      return [];
    }
  });
  const [other] = others;
  const isTwin =
    others.length === 1 &&
    other !== undefined &&
    other.createdAt === manifest.createdAt &&
    other.architecture.style !== manifest.architecture.style &&
    settingsWithoutNetwork(other) === settingsWithoutNetwork(manifest) &&
    other.randomness.seed === manifest.randomness.seed;
  return isTwin ? other : null;
}

/** The file of weights that the run started from; where it is gone, the copy that the run itself keeps. */
function weightsOf(
  folder: string,
  { initialWeights }: RunManifest,
): { readonly path: string | null; readonly note: string | null } {
  if (initialWeights === null) return { path: null, note: null };
  const kept = join(folder, runFiles.initialWeights);
  let given: string | null = null;
  try {
    given = readScript(folder).initialWeights;
  } catch {
    // Not kept on this machine, as in an unpacked bundle.
  }
  if (given !== null && existsSync(given)) return { path: given, note: null };
  return {
    path: kept,
    note: `${initialWeights.file}, from which it started, is gone; the project starts from the copy in the run's folder.`,
  };
}
