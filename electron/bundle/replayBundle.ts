import { join } from 'node:path';
import type { BundleIndex } from '../../shared/bundle/bundleFile';
import type { ReplayedRun } from '../../shared/bundle/replay';
import { toAppError } from '../../shared/lib/appError';
import { runFiles } from '../../shared/runs/runFiles';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { pathsOf, withPaths, type DataSource } from '../../shared/data/dataSource';
import type { RunEvidence } from '../../shared/runs/run';
import type { EngineSelection } from '../../shared/engines/engineCatalog';
import { totalSteps } from '../../shared/training/trainingConfig';
import type { Script } from '../../shared/training/script';
import type { PlannedRun } from '../../shared/training/trainingEvent';
import { loadDataset } from '../data/loadDataset';
import { readWhatIsThere } from '../training/evidence';
import { readRun } from '../runs/readRun';
import { doneOrAborted, startScript } from '../training/trainerHost';
import type { TrainingPorts } from '../training/ports';
import { deviationOf } from './closeness';

export interface ReplayPorts extends TrainingPorts {
  /** Where the runs are trained again. */
  readonly folder: string;
  /** To try another engine or thread count; null to use what was recorded. */
  readonly engine: EngineSelection['mode'] | null;
  readonly threads: number | null;
  /** The user's copy of data that is not in the bundle. */
  readonly dataPath: string | null;
}

/**
 * Trains the runs of an unpacked bundle again, process by process as they were recorded, and
 * reports how each compares.
 * @param unpacked folder with the bundle's `runs` and `data`
 * @returns the replayed runs; fewer if the signal ended the replay
 */
export async function replayBundle(
  index: BundleIndex,
  unpacked: string,
  ports: ReplayPorts,
): Promise<readonly ReplayedRun[]> {
  const recorded = new Map(
    index.runs.map(({ name }) => [name, readRun(join(unpacked, 'runs', name))]),
  );
  // Each data set is read once, however many processes train on it.
  const data = new Map<string, CheckedData>();
  for (const own of index.data) data.set(own.sha256, await checkedData(own, unpacked, ports));
  const plans = index.processes.map((process) => planOf(process, recorded, data, unpacked, ports));
  ports.emit({
    type: 'planned',
    runs: plans.flatMap(({ runs }) => runs.map(({ planned }) => planned)),
  });
  ports.emit({ type: 'folder', folder: ports.folder });
  for (const mode of new Set(plans.flatMap(({ script }) => script?.engine.mode ?? []))) {
    await ports.ready(mode);
  }
  const replayed: ReplayedRun[] = [];
  for (const { script, runs, refusal } of plans) {
    if (ports.signal.aborted) break;
    const failure = refusal ?? (script === null ? null : await train(script, runs, ports));
    if (ports.signal.aborted) break;
    for (const { name, folder } of runs) {
      const own = recorded.get(name) as RunEvidence;
      const result = verdictOn(name, own, join(unpacked, 'runs', name), folder, failure, index);
      replayed.push(result);
      ports.emit({ type: 'replayed', result });
    }
  }
  return replayed;
}

interface Plan {
  readonly script: Script | null;
  /** Why it cannot be trained here. */
  readonly refusal: string | null;
  readonly runs: readonly {
    readonly name: string;
    readonly folder: string;
    /** What the process calls it. */
    readonly runId: string;
    readonly planned: PlannedRun;
  }[];
}

function planOf(
  { actions, models }: BundleIndex['processes'][number],
  recorded: ReadonlyMap<string, RunEvidence>,
  data: ReadonlyMap<string, CheckedData>,
  unpacked: string,
  ports: ReplayPorts,
): Plan {
  const own = (['a', 'b'] as const).flatMap((model) => {
    const given = models[model];
    const name = given?.run ?? null;
    const evidence = name === null ? undefined : recorded.get(name);
    if (given === undefined || name === null || evidence === undefined) return [];
    return [{ given, name, evidence }];
  });
  const first = own[0]?.evidence.manifest;
  if (first === undefined) return { script: null, refusal: null, runs: [] };
  const runs = own.map(({ given: { runId, architecture }, name }) => ({
    name,
    folder: join(ports.folder, name),
    runId,
    planned: {
      id: name,
      label: name,
      style: architecture.style,
      engine: ports.engine ?? first.engine.mode,
      steps: totalSteps(first.training, first.data),
      pair: null,
    },
  }));
  const given = own[0]?.name;
  const { source, refusal } = data.get(first.data.sha256) ?? notInside;
  if (source === null) return { script: null, runs, refusal };
  const placed = (model: 'a' | 'b') => {
    const given = models[model];
    if (given === undefined) return {};
    // A model whose records are not in the bundle is still trained, for the random numbers it draws.
    const folder = join(
      ports.folder,
      given.run ?? `unrecorded/${given.runId.replace(/[^A-Za-z0-9_-]+/g, '-')}`,
    );
    return { [model]: { runId: given.runId, folder, architecture: given.architecture } };
  };
  const { training, randomness, environment, recording, engine, script } = first;
  return {
    refusal: null,
    runs,
    script: {
      protocol: script.protocol,
      createdAt: ports.now().toISOString(),
      actions,
      models: { ...placed('a'), ...placed('b') },
      training,
      randomness,
      environment: { ...environment, threads: ports.threads ?? environment.threads },
      recording,
      // The mode that was chosen there, not what would be the fastest here.
      engine: { asked: ports.engine ?? engine.mode, mode: ports.engine ?? engine.mode },
      data: source,
      // A bundle keeps them only as each run's weights before its first step.
      initialWeights:
        first.initialWeights === null || given === undefined
          ? null
          : join(unpacked, 'runs', given, runFiles.initialWeights),
      datasetsFolder: ports.datasetsFolder,
    },
  };
}

interface CheckedData {
  readonly source: DataSource | null;
  /** Why there is none. */
  readonly refusal: string | null;
}

const notInside: CheckedData = {
  source: null,
  refusal: 'Its data is not in the bundle: name your copy of it.',
};

async function checkedData(
  data: BundleIndex['data'][number],
  unpacked: string,
  { datasetsFolder, dataPath }: ReplayPorts,
): Promise<CheckedData> {
  const source = sourceOf(data, unpacked, dataPath);
  if (source === null) return notInside;
  try {
    const { sha256 } = await loadDataset(source, datasetsFolder);
    if (sha256 === data.sha256) return { source, refusal: null };
    const refusal = `The data here is not that of the run: its sha256 is ${sha256}, but ${data.sha256} was recorded.`;
    return { source: null, refusal };
  } catch (error) {
    return { source: null, refusal: toAppError(error).message };
  }
}

function sourceOf(
  { source, embedded, targets, classes, aside }: BundleIndex['data'][number],
  unpacked: string,
  dataPath: string | null,
): DataSource | null {
  if (embedded !== null) {
    const { inputs, labels, weights, groups } = embedded;
    return {
      kind: 'npy',
      path: join(unpacked, inputs),
      labels: join(unpacked, labels),
      standardise: false,
      ...(weights !== undefined && { weights: join(unpacked, weights) }),
      ...(groups !== undefined && { groups: join(unpacked, groups) }),
      ...(aside > 0 && { aside }),
      ...(targets > 0 ? { target: 'number' } : { classes }),
    };
  }
  if (source.kind === 'builtin') return source;
  if (dataPath === null) return null;
  // A source of several files lies in a folder.
  const isFolder = pathsOf(source).length > 1;
  return withPaths(source, (path) => (isFolder ? join(dataPath, path) : dataPath));
}

/** @returns what went wrong; null if the script ran to its end */
async function train(
  script: Script,
  runs: Plan['runs'],
  ports: ReplayPorts,
): Promise<string | null> {
  const running = startScript(script, ports.spawn, (event) => {
    if (!('run' in event)) return;
    // In a bundle runs have names of their own.
    const run = runs.find(({ runId }) => runId === event.run);
    if (run !== undefined) ports.emit({ ...event, run: run.name });
  });
  try {
    await doneOrAborted(running, ports.signal, () => running.stop());
    return null;
  } catch (error) {
    return toAppError(error).message;
  }
}

function verdictOn(
  run: string,
  recorded: RunEvidence,
  recordedFolder: string,
  folder: string,
  failure: string | null,
  index: BundleIndex,
): ReplayedRun {
  const replayed = readWhatIsThere(folder);
  const base = { run, folder, firstDifference: null, deviation: null, environment: [] };
  if (failure !== null || replayed === null) {
    return { ...base, verdict: 'not_verified', reason: failure ?? 'The replay left no record.' };
  }
  const comparison = compareRuns(recorded, replayed);
  const { reason, firstDifference, environment } = comparison;
  if (comparison.verdict !== 'different') {
    return { ...base, environment, verdict: comparison.verdict, reason };
  }
  const deviation = deviationOf(
    { folder: recordedFolder, losses: recorded.losses },
    { folder, losses: replayed.losses },
    index.tolerance,
  );
  const known = { ...base, environment, deviation, firstDifference };
  // Random streams are the same on every machine; only arithmetic may round differently.
  if (firstDifference?.kind !== 'arithmetic')
    return { ...known, verdict: 'different', reason: null };
  if (deviation.isWithin) return { ...known, verdict: 'within_tolerance', reason: null };
  if (environment.length === 0) return { ...known, verdict: 'different', reason: null };
  const why = `It was recorded in another environment, where numbers may round differently. ${environment.join(' ')}`;
  return { ...known, verdict: 'not_verified', reason: why };
}
