import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capabilitiesOf, engineName } from '../../shared/engines/engineCatalog';
import { sourceNames, type Explanation } from '../../shared/explain/explanation';
import { AppError } from '../../shared/lib/appError';
import { differenceSentence } from '../../shared/runs/divergence/differenceSentence';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { recordedDifference } from '../../shared/runs/divergence/recorded';
import type { RunEvidence } from '../../shared/runs/run';
import { readRun } from '../runs/readRun';
import { lastEqualHash, trainBothAgain, type TrainAgainPorts } from '../training/trainAgain';
import type { TracedPair } from './alignTraced';

export interface ExplainPorts extends TrainAgainPorts {
  readonly onPhase: (phase: string) => void;
  /** Reads large files and hashes: in a window not on its own thread. */
  readonly align: (traced: TracedPair) => Explanation | Promise<Explanation>;
}

type Pair<T> = readonly [T, T];

/** Steps that are looked at before the first whose weights differ. */
const MOST_BACK = 20;

/**
 * Finds the first step at which two runs part, trains both again up to it, each as it was, and names the
 * first operation of that step whose result differs while its inputs are equal.
 *
 * @returns null if nothing that they recorded differs
 * @throws {AppError} bad-run-folder, not-traceable where an engine cannot be looked into, stopped
 */
export async function explainRuns(
  folders: Pair<string>,
  ports: ExplainPorts,
): Promise<Explanation | null> {
  const runs = folders.map(readRun) as [RunEvidence, RunEvidence];
  const { recorded, decided } = compareRuns(...runs);
  if (recorded === null) return null;
  const other = decided.find(({ kind }) => kind === 'network' || kind === 'data');
  if (other !== undefined) {
    throw new AppError(
      'bad-arguments',
      `There is no first operation to find: ${differenceSentence(other)}`,
      'Explain runs of one network on the same data, in either style.',
    );
  }
  const settings = decided.map(differenceSentence);
  for (const { manifest } of runs) {
    if (capabilitiesOf(manifest.engine.mode).canNameTensor) continue;
    throw new AppError(
      'not-traceable',
      `The operations of ${engineName(manifest.engine.mode)} cannot be looked into yet.`,
      'Compare runs of TensorFlow.js, or see "lab compare" for the first step and kind of difference.',
    );
  }
  const place = mkdtempSync(join(tmpdir(), 'twintrain-explain-'));
  try {
    const { step: last, again } = await findStep(folders, runs, recorded, place, ports);
    // Weights may be equal after a step whose optimiser state is not: then it was an earlier one.
    for (let step = last; ; step--) {
      const how = { step, hashesFrom: step, isTraced: true };
      const traced = await trainBothAgain(folders, runs, join(place, `traced-${step}`), how, ports);
      ports.onPhase('Aligning the operations');
      const pairOf = (own: readonly { readonly folder: string }[]) =>
        own.map(({ folder }) => folder) as [string, string];
      const found = await ports.align({ traced: pairOf(traced), again: pairOf(again), step });
      if (found.operation.op !== sourceNames.slot || step === 1 || last - step === MOST_BACK) {
        return { ...found, settings };
      }
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The step whose result is the first to differ, and both runs trained again up to it as they were. */
async function findStep(
  folders: Pair<string>,
  [a, b]: Pair<RunEvidence>,
  recorded: NonNullable<ReturnType<typeof recordedDifference>>,
  place: string,
  ports: ExplainPorts,
) {
  const last = Math.max(1, recorded.step);
  const how = { step: last, hashesFrom: lastEqualHash(a, b, last) + 1, isTraced: false };
  const again = await trainBothAgain(folders, [a, b], join(place, 'again'), how, ports);
  const [own, its] = again.map(({ run }) => run) as [RunEvidence, RunEvidence];
  const found = recordedDifference(own, its) ?? recorded;
  return { step: Math.max(1, Math.min(found.step, last)), again };
}
