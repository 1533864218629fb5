import { countText } from '../lib/countText';
import { actionText } from '../training/script';
import { libraryOf } from '../engines/engineCatalog';
import type { Outcome, RunManifest } from '../runs/run';
import type { BundleIndex } from './bundleFile';
import { bundleFiles } from './paths';

export interface CrateFile {
  readonly path: string;
  readonly encodingFormat: string;
  readonly description: string;
  readonly size: number;
}

export interface CrateRun {
  readonly name: string;
  readonly manifest: RunManifest;
  readonly outcome: Outcome | null;
}

const PROCESS_PROFILE = 'https://w3id.org/ro/wfrun/process/0.5';
const TWINTRAIN = 'urn:x-twintrain:app';
const id = (own: string) => ({ '@id': own });

/**
 * ro-crate-metadata.json: what the files are and what made them, in a form that other tools read.
 * Source: RO-Crate 1.1, Process Run Crate 0.5.
 */
export function crateOf(
  index: BundleIndex,
  runs: readonly CrateRun[],
  files: readonly CrateFile[],
): object {
  const last = runs
    .map(({ manifest }) => manifest.createdAt)
    .sort()
    .at(-1) as string;
  const libraries = librariesOf(runs);
  const byName = new Map(runs.map((run) => [run.name, run]));
  const actions = index.processes.map((process, place) =>
    actionOf(process, place, byName, index, files),
  );
  return {
    '@context': [
      'https://w3id.org/ro/crate/1.1/context',
      // The one term that RO-Crate 1.1 itself does not have.
      { environment: 'https://w3id.org/ro/terms/workflow-run#environment' },
    ],
    '@graph': [
      {
        ...id(bundleFiles.crate),
        '@type': 'CreativeWork',
        about: id('./'),
        conformsTo: id('https://w3id.org/ro/crate/1.1'),
      },
      {
        ...id('./'),
        '@type': 'Dataset',
        name: `Twintrain bundle of ${countText(runs.length, 'run')}`,
        description:
          'Training runs of neural networks with all that is needed to verify and repeat them.',
        datePublished: last,
        license: id('#licence'),
        conformsTo: id(PROCESS_PROFILE),
        hasPart: files.map(({ path }) => id(path)),
        mentions: actions.map((action) => id(action['@id'])),
      },
      {
        ...id(PROCESS_PROFILE),
        '@type': 'CreativeWork',
        name: 'Process Run Crate',
        version: '0.5',
      },
      {
        ...id('#licence'),
        '@type': 'CreativeWork',
        name: 'No licence given',
        description: 'Whoever exported this bundle has not said how it may be used.',
      },
      {
        ...id(TWINTRAIN),
        '@type': 'SoftwareApplication',
        name: 'Twintrain',
        softwareVersion: index.writtenBy.version,
        softwareRequirements:
          libraries.length === 1
            ? libraries.map(({ library }) => id(library.url))[0]
            : libraries.map(({ library }) => id(library.url)),
      },
      ...libraries.map(({ library, versions }) => ({
        ...id(library.url),
        '@type': 'SoftwareApplication',
        name: library.name,
        softwareVersion: versions.join(', '),
        url: library.url,
      })),
      ...actions,
      ...variablesOf(runs).map(([name, value]) => ({
        ...id(`#${name}=${value}`),
        '@type': 'PropertyValue',
        name,
        value,
      })),
      ...files.map(({ path, encodingFormat, description, size }) => ({
        ...id(path),
        '@type': 'File',
        name: path,
        description,
        encodingFormat,
        contentSize: String(size),
      })),
    ],
  };
}

/** The libraries that computed, each once, with all versions used. */
function librariesOf(runs: readonly CrateRun[]) {
  const all = runs.map(({ manifest }) => libraryOf(manifest.ran));
  const once = new Map(all.map((own) => [own.url, own]));
  return [...once.values()].map((library) => ({
    library,
    versions: [
      ...new Set(all.filter(({ url }) => url === library.url).map(({ version }) => version)),
    ],
  }));
}

/** The environment variables that the engines read, each value once. */
function variablesOf(runs: readonly CrateRun[]): [string, string][] {
  const all = runs.flatMap(({ manifest }) => Object.entries(manifest.ran.variables));
  const once = new Map(all.map((own) => [own.join('='), own]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
}

function actionOf(
  process: BundleIndex['processes'][number],
  place: number,
  runs: ReadonlyMap<string, CrateRun>,
  index: BundleIndex,
  files: readonly CrateFile[],
) {
  const own = [process.models.a?.run, process.models.b?.run].flatMap((name) => {
    const run = name === undefined || name === null ? undefined : runs.get(name);
    return run === undefined ? [] : [run];
  });
  const hashes = new Set(own.map(({ manifest }) => manifest.data.sha256));
  const data = index.data.flatMap(({ sha256, embedded }) =>
    hashes.has(sha256) && embedded !== null ? Object.values(embedded) : [],
  );
  const results = files.filter(({ path }) =>
    own.some(({ name }) => path.startsWith(`runs/${name}/`)),
  );
  const isWhole = own.every(({ outcome }) => outcome?.status === 'finished');
  const elapsed = own.reduce((sum, { outcome }) => sum + (outcome?.elapsedMs ?? 0), 0);
  const began = own[0]?.manifest.createdAt ?? '';
  return {
    '@id': `#process-${place + 1}`,
    '@type': 'CreateAction',
    name: `Training of ${own.map(({ name }) => name).join(' and ')}`,
    description: process.actions.map(actionText).join(', '),
    startTime: inUtc(began),
    // The process records only the time of its training steps.
    endTime: inUtc(new Date(Date.parse(began) + elapsed).toISOString()),
    instrument: id(TWINTRAIN),
    environment: variablesOf(own).map(([name, value]) => id(`#${name}=${value}`)),
    object: [id(bundleFiles.index), ...data.map(id)],
    result: results.map(({ path }) => id(path)),
    actionStatus: isWhole
      ? 'http://schema.org/CompletedActionStatus'
      : 'http://schema.org/FailedActionStatus',
    ...(isWhole
      ? {}
      : {
          error: own
            .map(({ outcome }) => outcome?.error?.message ?? outcome?.status ?? 'died')
            .join('; '),
        }),
  };
}

/** UTC in the form that crate validators accept: with an offset. */
function inUtc(time: string): string {
  return time.replace(/Z$/, '+00:00');
}
