import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capabilitiesOf } from '../../shared/engines/engineCatalog';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import { differenceAt, type FirstDifference } from '../../shared/runs/divergence/firstDifference';
import { recordedDifference } from '../../shared/runs/divergence/recorded';
import type { RunEvidence } from '../../shared/runs/run';
import { readRun } from '../runs/readRun';
import { lastEqualHash, trainAgain, type TrainAgainPorts } from './trainAgain';

/** How long a comparison may take to name the tensor without being asked to. */
export const UNASKED_SECONDS = 60;

/**
 * About how long naming the tensor takes; null if there is nothing to name, because the runs differ
 * first in something other than arithmetic, or the step and its tensor are known already.
 */
export function secondsToName(
  [a, b]: readonly [RunEvidence, RunEvidence],
  { recorded, decided }: Comparison,
): number | null {
  if (recorded?.kind !== 'arithmetic' || decided.length > 0) return null;
  const canName = [a, b].every(
    ({ manifest }) => capabilitiesOf(manifest.engine.mode).canNameTensor,
  );
  if (!canName) return null;
  if (recorded.tensor !== null && recorded.step === lastEqualHash(a, b, recorded.step) + 1)
    return null;
  return [a, b].reduce((sum, { outcome, losses }) => {
    const milliseconds = outcome === null ? 0 : outcome.elapsedMs / Math.max(1, losses.length);
    return sum + 2 + (milliseconds * recorded.step) / 1_000;
  }, 0);
}

/**
 * Names the first tensor that differs if two runs diverge by arithmetic: both are trained again, each
 * as it was recorded, up to the step in question, hashing every tensor after every step from
 * the last equal hashes on.
 *
 * @param folders of the runs
 * @returns the comparison with the tensor, or with a note if a run is not reproducible here
 */
export async function nameTensor(
  folders: readonly [string, string],
  comparison: Comparison,
  ports: TrainAgainPorts,
): Promise<Comparison> {
  const [a, b] = folders.map(readRun) as [RunEvidence, RunEvidence];
  const { recorded } = comparison;
  if (recorded === null) return comparison;
  const from = lastEqualHash(a, b, recorded.step) + 1;
  const place = mkdtempSync(join(tmpdir(), 'twintrain-name-'));
  try {
    const again: RunEvidence[] = [];
    for (const [index, folder] of folders.entries()) {
      const run = index === 0 ? a : b;
      const { step } = recorded;
      const how = { place: join(place, String(index)), step, hashesFrom: from, isTraced: false };
      const own = await trainAgain(run, folder, how, ports);
      if (typeof own === 'string') {
        const which = index === 0 ? 'first' : 'second';
        const note = `The tensor could not be named, since the ${which} run is not reproducible here: ${own}`;
        return { ...comparison, notes: [...comparison.notes, note] };
      }
      again.push(own.run);
    }
    const named = earliest(again as [RunEvidence, RunEvidence], recorded);
    return named === null ? comparison : { ...comparison, recorded: named, firstDifference: named };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The same, unless it would take too long. */
export async function withTensor(
  folders: readonly [string, string],
  [a, b]: readonly (RunEvidence | null)[],
  comparison: Comparison,
  ports: TrainAgainPorts,
): Promise<Comparison> {
  if (!a || !b || comparison.verdict !== 'different') return comparison;
  const seconds = secondsToName([a, b], comparison);
  return seconds === null || seconds > UNASKED_SECONDS
    ? comparison
    : nameTensor(folders, comparison, ports);
}

/** The first step after which a tensor differs, up to the step at which the loss does. */
function earliest(
  [a, b]: readonly [RunEvidence, RunEvidence],
  { step, seenIn }: FirstDifference,
): FirstDifference | null {
  // Only the hashes after each step: without losses the final weights would count as those of step 0.
  const hashesOf = (own: RunEvidence): RunEvidence => ({
    ...own,
    losses: own.losses.slice(0, 0),
    finalWeights: null,
  });
  const found = recordedDifference(hashesOf(a), hashesOf(b));
  if (found?.kind !== 'arithmetic' || found.step > step) return null;
  const isItsLoss = seenIn === 'losses' && found.step === step;
  return {
    ...differenceAt(found.step, 'arithmetic'),
    layer: found.layer,
    tensor: found.tensor,
    seenIn: isItsLoss ? 'losses' : 'weights',
  };
}
