import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { capabilitiesOf } from '../../shared/engines/engineCatalog';
import { recordedDifference } from '../../shared/runs/divergence/recorded';
import type { RunEvidence } from '../../shared/runs/run';
import { runFiles } from '../../shared/runs/runFiles';
import { isWithin } from '../files/isWithin';
import { hashOfValues } from '../runs/hashOfValues';
import { readSnapshot, snapshotFileAfter } from '../runs/snapshot';
import {
  lastEqualHash,
  trainBothAgain,
  type KeptState,
  type TrainAgainPorts,
} from '../training/trainAgain';

type Pair<T> = readonly [T, T];
type Ports = TrainAgainPorts & { readonly onPhase: (phase: string) => void };

export interface FoundStep {
  /** The first whose result differs. */
  readonly step: number;
  /** Folders of the runs as they were trained again, up to that step at least. */
  readonly again: Pair<string>;
  /** What the step starts from; null from the start. */
  readonly from: Pair<KeptState | null>;
}

/** States that are kept at once in each run, if they are small. */
const MOST_STATES = 16;
/** Bytes that they may take in both runs together. */
const MOST_BYTES = 2 * 1024 ** 3;

/**
 * The first step after which two runs are not the same, weights or optimiser.
 * @param recorded step at which their records first differ
 * @param place a folder for what is trained again
 * @throws {AppError} bad-run-folder if one is not reproducible here, stopped
 */
export async function findStep(
  folders: Pair<string>,
  runs: Pair<RunEvidence>,
  recorded: number,
  place: string,
  ports: Ports,
): Promise<FoundStep> {
  const last = Math.max(1, recorded);
  const canResume = runs.every(({ manifest }) => capabilitiesOf(manifest.engine.mode).isResumable);
  return canResume
    ? bisect(folders, runs, last, place, ports)
    : hashEach(folders, runs, last, place, ports);
}

/** Trains both once from the start and hashes after every step since their last equal hash. */
async function hashEach(
  folders: Pair<string>,
  runs: Pair<RunEvidence>,
  last: number,
  place: string,
  ports: Ports,
): Promise<FoundStep> {
  const how = { step: last, hashesFrom: lastEqualHash(...runs, last) + 1, isTraced: false };
  const [a, b] = await trainBothAgain(folders, runs, join(place, 'again'), how, ports);
  const found = recordedDifference(a.run, b.run)?.step ?? last;
  const step = Math.max(1, Math.min(found, last));
  return { step, again: [a.folder, b.folder], from: [null, null] };
}

/**
 * Trains both once from the start, keeps states between their last equal hash and the step in question, and
 * narrows the first difference down by short trainings from those states.
 */
async function bisect(
  folders: Pair<string>,
  runs: Pair<RunEvidence>,
  last: number,
  place: string,
  ports: Ports,
): Promise<FoundStep> {
  const count = statesFor(folders[0]);
  // Equal weights may hide another optimiser, so the last equal hash is only where to look first.
  let [low, high] = [0, last];
  let near = lastEqualHash(...runs, last);
  let from: Pair<KeptState | null> = [null, null];
  for (let round = 1; ; round++) {
    const points = stepsBetween(near, high, count).filter((step) => step > low);
    const own = join(place, `again-${round}`);
    const how = { step: high, hashesFrom: high, isTraced: false, keepsStateAt: points, from };
    const [a, b] = await trainBothAgain(folders, runs, own, how, ports);
    const again: Pair<string> = [a.folder, b.folder];
    const differing = points.find((step) => !isSameState(again, step));
    const equal = points.filter((step) => step < (differing ?? high)).at(-1);
    high = differing ?? high;
    if (equal !== undefined) {
      low = equal;
      const places = [0, 1].map((index) => ({ place: join(own, String(index)), step: low }));
      from = places as [KeptState, KeptState];
    }
    if (high - low <= 1 || points.length === 0) return { step: high, again, from };
    near = low;
    const kept = from[0]?.place ?? join(own, '0');
    for (let before = 1; before <= round; before++) {
      const older = join(place, `again-${before}`);
      if (!isWithin(kept, older)) rmSync(older, { recursive: true, force: true });
    }
  }
}

/** Steps before `high`, evenly from `near` on; `near` itself and the last one among them. */
function stepsBetween(near: number, high: number, most: number): number[] {
  const steps = new Set<number>();
  if (near > 0) steps.add(near);
  for (let at = 1; at <= most; at++) {
    steps.add(near + Math.round((at * (high - near)) / (most + 1)));
  }
  steps.add(high - 1);
  return [...steps].filter((step) => step > 0 && step < high).sort((a, b) => a - b);
}

function statesFor(folder: string): number {
  const weights = statSync(join(folder, runFiles.initialWeights), { throwIfNoEntry: false })?.size;
  // Weights and at most two slots of each, in both runs.
  const bytes = (weights ?? 1) * 3 * 2;
  return Math.max(1, Math.min(MOST_STATES, Math.floor(MOST_BYTES / bytes)));
}

/** Each style has the optimiser's slots in an order of its own. */
function isSameState(folders: Pair<string>, step: number): boolean {
  const [a, b] = folders.map((folder) => {
    const state = readSnapshot(folder, snapshotFileAfter(step));
    if (state === null) return null;
    const weights = state.weights.map(
      ({ layer, role, values }) => `${layer}/${role} ${hashOfValues(values)}`,
    );
    return [...weights.sort(), ...state.slots.map(hashOfValues).sort()].join();
  });
  return a !== null && a === b;
}
