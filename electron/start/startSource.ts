import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { WeightStage } from '../../shared/evaluation/evaluation';
import { AppError } from '../../shared/lib/appError';
import { countText } from '../../shared/lib/countText';
import { extractBundle } from '../bundle/extractBundle';
import { verifiedNow } from '../bundle/verify/verifiedNow';
import { weightsFileOf } from '../evaluation/predictRun';
import { readGivenWeights } from '../runs/givenWeights';
import { readManifest, readRun } from '../runs/readRun';
import { snapshotFileAfter, readSnapshot, type Snapshot } from '../runs/snapshot';
import { weightOf, type WeightValues } from '../runs/weightValues';
import { readModelFile } from '../source/readModelFile';
import { trainAgain, type TrainAgainPorts } from '../training/trainAgain';

export type StartWhich = WeightStage | { readonly step: number };

const noState = { snapshot: null, order: null, optimiser: null } as const;

/** Weights to start from, as they were found. */
export interface StartSource {
  readonly name: string;
  /** In the order of their network. */
  readonly weights: readonly WeightValues[];
  /** With a state of its training; null where there is none. */
  readonly snapshot: Snapshot | null;
  /** The row order of the epoch that the state was taken in, or at the end of. */
  readonly order: Uint32Array | null;
  /** Of a run: the kind of its optimiser. */
  readonly optimiser: string | null;
}

/**
 * Reads weights of a run's folder, a bundle, a safetensors file or a stored model.
 * @param place a folder for what is unpacked or trained again
 * @param run of a bundle with several: its name
 * @throws {AppError} file-not-found, bad-run-folder, bad-bundle, bad-project, bad-arguments, stopped
 */
export async function startSource(
  path: string,
  which: StartWhich | null,
  run: string | null,
  place: string,
  ports: TrainAgainPorts,
): Promise<StartSource> {
  const own = resolve(path);
  if (!existsSync(own)) {
    throw new AppError('file-not-found', `There is no ${path}.`, 'Check the path.');
  }
  if (statSync(own).isDirectory()) return ofRun(own, which ?? 'final', place, ports);
  if (/\.zip$/i.test(own)) {
    const folder = await runInBundle(own, run, place, ports.signal);
    return { ...(await ofRun(folder, which ?? 'final', place, ports)), name: basename(own) };
  }
  if (which !== null) {
    throw new AppError(
      'bad-arguments',
      `${path} is a file with weights of one moment.`,
      'Name a run or a bundle, or leave out which of its weights.',
    );
  }
  const name = basename(own);
  if (/\.safetensors$/i.test(own)) {
    return { name, weights: readGivenWeights(own).weights, ...noState };
  }
  const { weights, imported } = await readModelFile(own);
  if (weights.length === 0) {
    const why = 'unsupported' in imported ? ': its layers are not all known here' : '';
    throw new AppError(
      'bad-project',
      `${path} has no weights that can be read${why}.`,
      'Choose another file.',
    );
  }
  return { name, weights: weights.map(weightOf), ...noState };
}

async function ofRun(
  folder: string,
  which: StartWhich,
  place: string,
  ports: TrainAgainPorts,
): Promise<StartSource> {
  const { id, training } = readManifest(folder);
  const name = `${basename(resolve(folder, '..'))}/${id}`;
  const optimiser = training.optimiser.kind;
  if (typeof which === 'string') {
    const { weights } = readGivenWeights(weightsFileOf(folder, which));
    return { name, weights, ...noState, optimiser };
  }
  const { snapshot, order } = await stateAfter(folder, which.step, place, ports);
  return { name, weights: snapshot.weights, snapshot, order, optimiser };
}

/** The latest snapshot if it was taken there, else the state of the run as it is trained again up to that step. */
async function stateAfter(
  folder: string,
  step: number,
  place: string,
  ports: TrainAgainPorts,
): Promise<{ readonly snapshot: Snapshot; readonly order: Uint32Array | null }> {
  const latest = readSnapshot(folder);
  if (latest !== null && !latest.place.isFinished && latest.place.step === step) {
    return { snapshot: latest, order: orderAt(folder, latest) };
  }
  const run = readRun(folder);
  if (step < 1 || step > run.losses.length) {
    throw new AppError(
      'bad-arguments',
      `${folder} has ${countText(run.losses.length, 'step')}; there is no step ${step}.`,
      'Name a step that it has.',
    );
  }
  const how = { place, step, hashesFrom: step, isTraced: false, keepsStateAt: [step] };
  const again = await trainAgain(run, folder, how, ports);
  if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
  if (typeof again === 'string') {
    throw new AppError(
      'bad-run-folder',
      `The run is not reproducible here: ${again}`,
      'Take its initial, best or final weights.',
    );
  }
  const state = readSnapshot(again.folder, snapshotFileAfter(step));
  if (state !== null) return { snapshot: state, order: orderAt(again.folder, state) };
  throw new AppError(
    'bad-run-folder',
    'Runs of this engine keep no state to continue from.',
    'Take its initial, best or final weights.',
  );
}

function orderAt(folder: string, { place }: Snapshot): Uint32Array | null {
  const { orders, orderOf, manifest } = readRun(folder);
  const stepsPerEpoch = Math.ceil((orders[0]?.rows ?? 0) / manifest.training.batchSize);
  return orderOf(Math.floor(place.step / stepsPerEpoch) + (place.epochMeans === null ? 0 : 1));
}

async function runInBundle(
  path: string,
  run: string | null,
  place: string,
  signal: AbortSignal,
): Promise<string> {
  const report = verifiedNow(path);
  if (report.findings.length > 0) {
    throw new AppError(
      'bad-bundle',
      `${path} is not a consistent bundle: ${report.findings[0]?.code}.`,
      'See lab verify for what is wrong with it.',
    );
  }
  const folder = join(place, 'bundle');
  const index = await extractBundle(path, report, folder, signal);
  const names = index.runs.map(({ name }) => name);
  const chosen = run ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined && names.includes(chosen)) return join(folder, 'runs', chosen);
  throw new AppError(
    'bad-arguments',
    `${path} has the runs ${names.join(', ')}${run === null ? '' : `, but not "${run}"`}.`,
    'Name one of them: --run NAME.',
  );
}
