import { join } from 'node:path';
import {
  stepsToMeasure,
  weightsFileAfter,
  type MeasuredWeights,
} from '../../shared/compare/measuredSteps';
import { tensorDifference } from '../../shared/compare/tensorDifference';
import { capabilitiesOf, engineName } from '../../shared/engines/engineCatalog';
import { AppError } from '../../shared/lib/appError';
import type { RunEvidence } from '../../shared/runs/run';
import { withFile } from '../files/byteSource';
import { readRun } from '../runs/readRun';
import { trainBothAgain, type TrainAgainPorts } from '../training/trainAgain';
import { tensorsIn } from './tensorValues';

type Pair<T> = readonly [T, T];

export interface MeasurePorts extends TrainAgainPorts {
  readonly onPhase: (phase: string) => void;
}

/** Two runs that were trained again with their weights kept after some steps. */
export interface MeasuredPair {
  readonly folders: Pair<string>;
  readonly steps: readonly number[];
}

/**
 * Trains two runs again, as they were, and keeps their weights after some of the steps that both have.
 * @param place a folder for it
 * @throws {AppError} bad-run-folder, not-traceable where an engine cannot be repeated to the bit, stopped
 */
export async function trainMeasured(
  folders: Pair<string>,
  place: string,
  ports: MeasurePorts,
): Promise<MeasuredPair> {
  const runs = folders.map(readRun) as [RunEvidence, RunEvidence];
  const steps = stepsToMeasure(Math.min(...runs.map(({ losses }) => losses.length)));
  const last = steps.at(-1);
  if (last === undefined) {
    throw new AppError(
      'bad-run-folder',
      'There is no step between start and end.',
      'Train longer.',
    );
  }
  for (const { manifest } of runs) {
    const { mode } = manifest.engine;
    if (capabilitiesOf(mode).canNameTensor) continue;
    throw new AppError(
      'not-traceable',
      `Runs of ${engineName(mode)} cannot be measured between their steps yet.`,
      'Compare their weights at the start and at the end.',
    );
  }
  const how = { step: last, hashesFrom: last, isTraced: false, keepsWeightsAt: steps };
  const [a, b] = await trainBothAgain(folders, runs, place, how, ports);
  return { folders: [a.folder, b.folder], steps };
}

/** How far they are apart after each of the steps; tensors that only one has are left out. */
export function measuredWeights({ folders, steps }: MeasuredPair): MeasuredWeights {
  return {
    steps: steps.map((step) => {
      const [own, its] = folders.map((folder) => join(folder, weightsFileAfter(step))) as [
        string,
        string,
      ];
      return withFile(own, (left) =>
        withFile(its, (right) => {
          const [first, second] = [tensorsIn(left), tensorsIn(right)];
          const tensors = first.names.flatMap((name) => {
            const [a, b] = [first.valuesOf(name), second.valuesOf(name)];
            if (a === null || b === null || a.length !== b.length) return [];
            return { name, difference: tensorDifference(a, b) };
          });
          return { step, tensors };
        }),
      );
    }),
  };
}
