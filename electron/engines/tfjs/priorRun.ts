import { AppError } from '../../../shared/lib/appError';
import { canonicalJson } from '../../../shared/lib/canonicalJson';
import { engineText, type EnvironmentRecord } from '../../../shared/engines/engineCatalog';
import type { Outcome } from '../../../shared/runs/run';
import { readRun } from '../../runs/readRun';
import { cutSeries } from '../../runs/cutSeries';
import type { Resumption } from './fitJob';
import type { GlobalRandomState } from './globalRandom';
import { readableSnapshot } from '../../runs/snapshot';

/** A run that was over before its script was interrupted. */
export interface FinishedRun {
  readonly outcome: Outcome;
  readonly globalRandom: GlobalRandomState | null;
}

/**
 * How far an earlier process got with a run: to its end, or to a snapshot, to which its records are
 * cut back here. Null if it must start from the beginning.
 *
 * @param now what the run would continue with
 * @param dataSha256 of the data as it is now
 * @throws {AppError} bad-run-folder
 */
export function priorRun(
  folder: string,
  now: EnvironmentRecord,
  dataSha256: string,
): FinishedRun | Resumption | null {
  const snapshot = readableSnapshot(folder);
  if (snapshot === null) return null;
  const { manifest, outcome, orders, orderOf, dropoutSeeds } = readRun(folder);
  const { place } = snapshot;
  // The outcome is written before that snapshot, so if it is missing, it was deleted.
  if (place.isFinished) {
    return outcome === null ? null : { outcome, globalRandom: place.globalRandom };
  }
  // Checked before anything is cut, so that a refusal leaves the records as they are.
  assertSameEngine(folder, manifest.ran, now);
  if (manifest.data.sha256 !== dataSha256)
    throw otherData(folder, manifest.data.sha256, dataSha256);
  const rowsPerEpoch = orders[0]?.rows ?? 0;
  const stepsPerEpoch = Math.ceil(rowsPerEpoch / manifest.training.batchSize);
  const epochsEnded = Math.floor(place.step / stepsPerEpoch);
  const epochsBegun = epochsEnded + (place.epochMeans === null ? 0 : 1);
  const dropoutSeedsPerStep = dropoutSeeds === null ? 0 : 2 * manifest.dropout.length;
  cutSeries(folder, {
    step: place.step,
    epochsBegun,
    epochsEnded,
    rowsPerEpoch,
    dropoutSeedsPerStep,
  });
  return { snapshot, order: orderOf(epochsBegun), manifest };
}

function otherData(folder: string, before: string, now: string): AppError {
  return new AppError(
    'bad-run-folder',
    `${folder} was trained on other data: it had the sha256 ${before.slice(0, 12)}…, now it has ${now.slice(0, 12)}….`,
    'Put the data back as it was, or run it again from the start.',
  );
}

/** @throws {AppError} bad-run-folder if resuming would mix two engines in one record */
function assertSameEngine(folder: string, before: EnvironmentRecord, now: EnvironmentRecord): void {
  if (canonicalJson({ ...before.engine }) === canonicalJson({ ...now.engine })) return;
  throw new AppError(
    'bad-run-folder',
    `${folder} was recorded with ${engineText(before)}; here it would continue with ${engineText(now)}.`,
    'Resume it with the engine that it began with, or run it again from the start.',
  );
}
