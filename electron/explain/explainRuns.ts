import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capabilitiesOf, engineName } from '../../shared/engines/engineCatalog';
import { sourceNames, type Explanation } from '../../shared/explain/explanation';
import { UNEXPLAINED } from '../../shared/explain/reason';
import { AppError } from '../../shared/lib/appError';
import { differenceSentence } from '../../shared/runs/divergence/differenceSentence';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import type { RunEvidence } from '../../shared/runs/run';
import { readRun } from '../runs/readRun';
import { trainBothAgain, type TrainAgainPorts } from '../training/trainAgain';
import type { TracedPair } from './alignTraced';
import { findStep } from './findStep';

export interface ExplainPorts extends TrainAgainPorts {
  readonly onPhase: (phase: string) => void;
  /** Reads large files and hashes: in a window not on its own thread. */
  readonly align: (traced: TracedPair) => Explanation | Promise<Explanation>;
}

type Pair<T> = readonly [T, T];

const FROM_SETTINGS = 'It follows from what was set differently.';

/** Whether two networks have the same weights, by name and shape. */
function haveSameWeights(runs: Pair<RunEvidence>): boolean {
  const [a, b] = runs.map(({ initialWeights }) =>
    initialWeights
      ?.map(({ layer, role, shape }) => `${layer}/${role} ${shape.join()}`)
      .sort()
      .join('; '),
  );
  return a !== undefined && a === b;
}

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
  const other = decided.find(
    ({ kind }) => kind === 'data' || (kind === 'network' && !haveSameWeights(runs)),
  );
  if (other !== undefined) {
    throw new AppError(
      'bad-arguments',
      `There is no first operation to find: ${differenceSentence(other)}`,
      'Explain runs of one network on the same data, in either style: its layers may be set otherwise as long as their weights have the same shapes.',
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
    const { step: last, again, from } = await findStep(folders, runs, recorded.step, place, ports);
    // Weights may be equal after a step whose optimiser state is not: then it was an earlier one.
    for (let step = last; ; step--) {
      const how = { step, hashesFrom: step, isTraced: true, ...(step === last && { from }) };
      const traced = await trainBothAgain(folders, runs, join(place, `traced-${step}`), how, ports);
      ports.onPhase('Aligning the operations');
      const [a, b] = traced;
      const found = await ports.align({ traced: [a.folder, b.folder], again, step });
      if (found.operation.op !== sourceNames.slot || step === 1 || last - step === MOST_BACK) {
        const isTheirs = found.reason === UNEXPLAINED && settings.length > 0;
        return { ...found, settings, ...(isTheirs && { reason: FROM_SETTINGS }) };
      }
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
