import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { BundleIndex } from '../../shared/bundle/bundleFile';
import { BUNDLE_PATH } from '../../shared/bundle/paths';
import { AppError } from '../../shared/lib/appError';
import { groupedBy } from '../../shared/lib/groupedBy';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { withPaths, type DataSource } from '../../shared/data/dataSource';
import type { RunEvidence, RunManifest } from '../../shared/runs/run';
import type { Script } from '../../shared/training/script';
import { runFoldersIn } from '../runs/findRuns';
import { readRun } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { placeOf } from '../runs/runPlaces';
import { runFiles } from '../../shared/runs/runFiles';

/** A run that goes into a bundle. */
export interface GatheredRun {
  readonly name: string;
  readonly folder: string;
  readonly evidence: RunEvidence;
  /** As it is packed: without folders of this machine. */
  readonly manifest: RunManifest;
  readonly script: Script;
}

const MOST_RUNS = 1_000;

/**
 * Runs sorted by id, however the folders were given: the same evidence makes the same
 * bundle.
 * @param folders of runs, or folders that hold runs
 * @throws {AppError} file-not-found, bad-run-folder
 */
export function gatherRuns(folders: readonly string[]): readonly GatheredRun[] {
  const found = [...new Set(folders.flatMap((folder) => givenRuns(resolve(folder))))];
  if (found.length > MOST_RUNS) {
    throw badRun(`${found.length} runs`, `are more than a bundle's ${MOST_RUNS}`);
  }
  const runs = found.map((folder) => {
    const evidence = readRun(folder);
    const { data } = evidence.manifest;
    const manifest = {
      ...evidence.manifest,
      data: { ...data, source: withoutFolders(data.source) },
    };
    return { folder, evidence, manifest, script: readScript(folder) };
  });
  const key = ({ manifest }: (typeof runs)[0]) => `${manifest.id} ${manifest.createdAt}`;
  runs.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const taken = new Set<string>();
  return runs.map((run) => ({ ...run, name: freshName(run.manifest.id, taken) }));
}

/** @throws {AppError} file-not-found, bad-run-folder */
function givenRuns(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new AppError('file-not-found', `There is no folder ${folder}.`, 'Check the path.');
  }
  const found = [...runFoldersIn(folder)];
  if (found.length > 0) return found;
  throw badRun(folder, `holds no ${runFiles.manifest}, nor does a folder in it`);
}

/** A run's id as a path; the second run of that name gets a number. */
function freshName(id: string, taken: Set<string>): string {
  const parts = id
    .split('/')
    .map((part) => part.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, ''))
    .filter((part) => part !== '');
  const wanted = parts.join('/').slice(0, 120);
  const name = BUNDLE_PATH.test(wanted) ? wanted : 'run';
  for (let count = 1; ; count++) {
    const own = count === 1 ? name : `${name}-${count}`;
    // Some file systems do not tell upper from lower case.
    if (taken.has(own.toLowerCase())) continue;
    taken.add(own.toLowerCase());
    return own;
  }
}

/** Drops folder names, which may reveal the name of the user. */
export function withoutFolders(source: DataSource): DataSource {
  return withPaths(source, (path) => basename(path.replaceAll('\\', '/')));
}

/** Runs of one process belong together: they drew from one random state. */
export function processesOf(runs: readonly GatheredRun[]): BundleIndex['processes'] {
  const nameOf = new Map(runs.map(({ folder, name }) => [folder, name]));
  const processes = new Map<string, BundleIndex['processes'][number]>();
  for (const { folder, manifest, script } of runs) {
    const place = (runId: string) => placeOf(runId, folder, manifest.id);
    const packed = (model: Script['models']['a']) =>
      model && {
        architecture: model.architecture,
        runId: model.runId,
        // Without its records it is still trained again, for the random numbers it draws.
        run: nameOf.get(place(model.runId) ?? '') ?? null,
      };
    const { a, b } = script.models;
    const key = JSON.stringify([a, b].map((model) => model && place(model.runId)));
    processes.set(key, {
      actions: script.actions,
      models: { ...(a && { a: packed(a) }), ...(b && { b: packed(b) }) },
    });
  }
  return [...processes.values()];
}

/**
 * Pairs to compare: two runs whose names differ only in the last part, or the only two runs.
 */
export function comparisonsOf(runs: readonly GatheredRun[]): BundleIndex['comparisons'] {
  const groups = groupedBy(runs, ({ name }) =>
    runs.length === 2 ? '' : name.split('/').slice(0, -1).join('/'),
  );
  return [...groups.values()].flatMap(([a, b, ...more]) => {
    if (a === undefined || b === undefined || more.length > 0) return [];
    const { environment, ...comparison } = compareRuns(a.evidence, b.evidence);
    return [
      {
        runs: [a.name, b.name] as [string, string],
        comparison: { ...comparison, notes: [...environment, ...comparison.notes] },
      },
    ];
  });
}

function badRun(what: string, why: string): AppError {
  return new AppError(
    'bad-run-folder',
    `${what} ${why}.`,
    'Name a run folder that Twintrain wrote, or a folder that holds some.',
  );
}
