import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Explanation } from '../../shared/explain/explanation';
import { AppError } from '../../shared/lib/appError';
import { countText } from '../../shared/lib/countText';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { differenceSentence } from '../../shared/runs/divergence/differenceSentence';
import { makeNewFolder } from '../files/writeFolder';
import { writeWhole } from '../files/writeFile';
import { readRun } from '../runs/readRun';
import { trainAgain, type TrainAgainPorts } from '../training/trainAgain';
import type { TracedPair } from './alignTraced';

const OBSERVED = 'observed-step.json';
const observedSchema = z.strictObject({
  twintrain: z.literal('observed-step'),
  version: z.literal(1),
  step: z.int().min(1),
  /** The run's folder in each of the two trainings. */
  model: z.enum(['a', 'b']),
});

type Pair<T> = readonly [T, T];

/**
 * Trains a run again up to a step, once as it was and once with every operation of that step noted, and
 * keeps both: to be aligned with the same step of another run, which may have been observed elsewhere.
 *
 * @param parent where the folder is made
 * @returns the folder
 * @throws {AppError} bad-run-folder if it is not reproducible here, bad-arguments, stopped
 */
export async function observeStep(
  folder: string,
  step: number,
  parent: string,
  ports: TrainAgainPorts & { readonly onPhase: (phase: string) => void },
): Promise<string> {
  const run = readRun(folder);
  if (step > run.losses.length) {
    throw new AppError(
      'bad-arguments',
      `${folder} has ${countText(run.losses.length, 'step')}; there is no step ${step}.`,
      'Name a step that it has.',
    );
  }
  const place = makeNewFolder(parent, 'observed');
  for (const isTraced of [false, true]) {
    ports.onPhase(isTraced ? `Observing step ${step}` : `Training again up to step ${step}`);
    const how = { place: placeOf(place, isTraced), step, hashesFrom: step, isTraced };
    const result = await trainAgain(run, folder, how, ports);
    if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
    if (typeof result === 'string') {
      throw new AppError(
        'bad-run-folder',
        `The run is not reproducible here: ${result}`,
        'Observe it on the machine and with the versions that it was recorded with.',
      );
    }
  }
  const { model } = run.manifest.script;
  const observed = { twintrain: 'observed-step', version: 1, step, model } as const;
  writeWhole(join(place, OBSERVED), `${JSON.stringify(observed)}\n`);
  return place;
}

export function isObserved(folder: string): boolean {
  return existsSync(join(folder, OBSERVED));
}

/**
 * Names the first operation of a step that was observed in two runs.
 * @returns null if the step is the same in both
 * @throws {AppError} bad-arguments where the steps are not the same, not-traceable
 */
export function explainObserved(
  folders: Pair<string>,
  align: (traced: TracedPair) => Explanation,
): Explanation | null {
  const [a, b] = folders.map(readObserved) as [Observed, Observed];
  if (a.step !== b.step) {
    throw new AppError(
      'bad-arguments',
      `The first was observed in step ${a.step}, the second in step ${b.step}.`,
      'Observe both in the same step.',
    );
  }
  const again = [a.again, b.again] as const;
  const { recorded, decided } = compareRuns(readRun(again[0]), readRun(again[1]));
  if (recorded === null) return null;
  const found = align({ traced: [a.traced, b.traced], again, step: a.step });
  return { ...found, settings: decided.map(differenceSentence) };
}

interface Observed {
  readonly step: number;
  readonly traced: string;
  readonly again: string;
}

function readObserved(folder: string): Observed {
  try {
    const text = readFileSync(join(folder, OBSERVED), 'utf8');
    const { step, model } = observedSchema.parse(JSON.parse(text));
    const of = (isTraced: boolean) => join(placeOf(folder, isTraced), model);
    return { step, traced: of(true), again: of(false) };
  } catch (error) {
    throw new AppError(
      'bad-run-folder',
      `${folder} is not a readable observation.`,
      'Name a folder that lab observe wrote, unchanged.',
      error,
    );
  }
}

function placeOf(folder: string, isTraced: boolean): string {
  return join(folder, isTraced ? 'traced' : 'again');
}
