import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handlers } from '../../shared/ipc/contract';
import type { ComparedGroups } from '../../shared/compare/groups';
import type { ComparedRuns } from '../../shared/compare/comparedRuns';
import type { Explanation } from '../../shared/explain/explanation';
import { AppError } from '../../shared/lib/appError';
import type { TensorDetail } from '../../shared/compare/tensorDifference';
import type { MeasuredWeights } from '../../shared/compare/measuredSteps';
import type { Flips } from '../../shared/compare/flips';
import { predictHeldOut } from '../compare/flips';
import { trainMeasured, type MeasuredPair } from '../compare/measureWeights';
import { explainRuns } from '../explain/explainRuns';
import { readManifest } from '../runs/readRun';
import { inWorker } from '../worker/inWorker';
import { inTempFolder } from '../files/inTempFolder';
import { makeNewFolder } from '../files/writeFolder';
import { trainRepaired } from '../training/trainRepaired';
import { trainRepeats } from '../training/trainRepeats';
import { askForFolder } from './askForFile';
import type { TrainingAgain } from './trainingAgain';

export interface CompareParts {
  /** @throws {AppError} refused where the page may not read a run */
  readonly allowed: (folder: string) => string;
  /** The compiled worker. */
  readonly worker: string;
  /** Folders of runs that the user chose or dropped. */
  readonly chosen: Set<string>;
  readonly again: TrainingAgain;
  /** Where repeats are recorded. */
  readonly runsFolder: string;
}

/** Never aborted: comparing is quick, and a result that nobody waits for is dropped. */
const never = new AbortController().signal;

/** What the main process does to compare runs. */
export function makeCompareHandlers({ allowed, worker, chosen, again, runsFolder }: CompareParts) {
  /** What was measured last, kept until something else is, so that its tensors can be opened. */
  let measured: MeasuredPair | null = null;
  let measuredPlace: string | null = null;
  const forgetMeasured = () => {
    if (measuredPlace !== null) rmSync(measuredPlace, { recursive: true, force: true });
    [measured, measuredPlace] = [null, null];
  };
  process.once('exit', forgetMeasured);
  const pair = ([a, b]: readonly [string, string]) => [allowed(a), allowed(b)] as const;
  return {
    chooseRun: async () => {
      const folder = await askForFolder('Choose the folder of a run');
      if (folder === null) return null;
      readManifest(folder);
      chosen.add(folder);
      return { folder };
    },
    compareRuns: ({ folders }) =>
      inWorker<ComparedRuns>(worker, { kind: 'compare', folders: pair(folders) }, never, () => {}),
    compareGroups: ({ groups: [a, b] }) => {
      const groups = [a.map(allowed), b.map(allowed)] as const;
      return inWorker<ComparedGroups>(worker, { kind: 'compare-groups', groups }, never, () => {});
    },
    tensorDetail: async ({ folders, place }) => {
      const own = pair(folders);
      if (typeof place.when === 'number' && measured === null) {
        throw new AppError('bad-arguments', 'No step was measured.', 'Measure the steps first.');
      }
      const from = typeof place.when === 'number' && measured !== null ? measured.folders : own;
      const task = { kind: 'tensor-detail', folders: from, place } as const;
      return inWorker<TensorDetail>(worker, task, never, () => {});
    },
    measureWeights: ({ folders }) => {
      const own = pair(folders);
      return again.do(async (ports) => {
        forgetMeasured();
        const place = mkdtempSync(join(tmpdir(), 'twintrain-measured-'));
        measuredPlace = place;
        measured = await trainMeasured(own, place, ports);
        const task = { kind: 'measured', ...measured } as const;
        return inWorker<MeasuredWeights>(worker, task, never, () => {});
      });
    },
    flippedExamples: ({ folders }) => {
      const own = pair(folders);
      return again.do((ports) =>
        inTempFolder('predicted', async (place) => {
          const predicted = await predictHeldOut(own, place, ports);
          const task = { kind: 'flips', ...predicted } as const;
          return inWorker<Flips>(worker, task, never, () => {});
        }),
      );
    },
    explainRuns: ({ folders }) => {
      const own = pair(folders);
      return again.do((ports) =>
        explainRuns(own, {
          ...ports,
          align: (traced) =>
            inWorker<Explanation>(worker, { kind: 'align', ...traced }, never, () => {}),
        }),
      );
    },
    trainRepaired: ({ folders, label }) => {
      const own = pair(folders);
      return again.do(
        async (ports) => (await trainRepaired(own, label, runsFolder, ports)).folders,
      );
    },
    trainRepeats: ({ folder, seeds }) => {
      const own = allowed(folder);
      return again.do((ports) =>
        trainRepeats(own, seeds, makeNewFolder(runsFolder, 'noise'), ports),
      );
    },
    stopTrainingAgain: async () => {
      again.stop();
      return null;
    },
    lossesOfRuns: ({ folders }) => {
      const task = { kind: 'losses', folders: folders.map(allowed) } as const;
      return inWorker<Float32Array[]>(worker, task, never, () => {});
    },
  } satisfies Partial<Handlers>;
}
