import type { RunSummary } from '../runs/runSummary';
import { curveDifference, noiseFloor, shareWithinNoise } from './curves';

/** What a repeat of a run has otherwise: nothing, its seed, or one bit of one initial weight. */
export type RepeatKind = 'same' | 'seed' | 'bit';

/** Most repeats that a noise floor is made of. */
const MOST_REPEATS = 32;

/**
 * Finished runs that differ from one in nothing, or in nothing but their seed.
 * @param other folder of the run that it is compared with, which cannot be its own measure
 */
export function repeatsOf(
  run: Pick<RunSummary, 'folder' | 'settings' | 'seed'>,
  other: string,
  all: readonly RunSummary[],
): readonly TrainedRepeat[] {
  return all
    .filter(
      ({ folder, settings, state }) =>
        folder !== run.folder &&
        folder !== other &&
        settings === run.settings &&
        state === 'finished',
    )
    .slice(0, MOST_REPEATS)
    .map(({ folder, seed }) => ({ kind: seed === run.seed ? 'same' : 'seed', folder }));
}

/** A repeat that is on disk. */
export interface TrainedRepeat {
  readonly kind: RepeatKind;
  readonly folder: string;
}

export interface Repeat extends TrainedRepeat {
  readonly losses: Float32Array;
}

/** What repeats of a run say about a difference from it. */
export interface Noise {
  /** How many repeats may differ, which the floor is made of. */
  readonly repeats: number;
  /** How many have the same seed and everything else. */
  readonly same: number;
  /** How far repeats are from the run at each step, at most; null without any that may differ. */
  readonly floor: Float32Array | null;
  /** Share of the steps at which the difference is within the floor; null where nothing can be said. */
  readonly shareWithin: number | null;
  /** Folders of repeats with the same seed that are not the same: the environment is noisy. */
  readonly noisy: readonly string[];
}

export function noiseOf(a: Float32Array, b: Float32Array, repeats: readonly Repeat[]): Noise {
  const differs = (own: Repeat) => curveDifference(a, own.losses).firstStep !== null;
  const same = repeats.filter(({ kind }) => kind === 'same');
  const noisy = same.filter(differs);
  // A repeat with the same seed is no measure, unless the environment is noisy.
  const measures = [...repeats.filter(({ kind }) => kind !== 'same'), ...noisy];
  const floor = noiseFloor(
    a,
    measures.map(({ losses }) => losses),
  );
  const { absolute } = curveDifference(a, b);
  return {
    repeats: measures.length,
    same: same.length,
    floor,
    shareWithin: floor === null ? null : shareWithinNoise(absolute, floor),
    noisy: noisy.map(({ folder }) => folder),
  };
}

/** What is within the noise is told as such. */
export function noiseSentence({ repeats, same, floor, shareWithin, noisy }: Noise): string {
  if (repeats === 0) {
    return same === 0
      ? 'There is no repeat of the first run.'
      : 'The first run repeated with the same seed is the same, bit for bit; without other seeds nothing is known of chance.';
  }
  const many =
    repeats === 1 ? 'the first run’s repeat does' : `the first run’s ${repeats} repeats do`;
  const within =
    floor === null || shareWithin === null
      ? 'The losses are not finite, so repeats say nothing about them.'
      : shareWithin === 1
        ? `At every step the two differ by no more than ${many}: the difference is within the noise.`
        : `At ${percentText(shareWithin)} of the steps the two differ by no more than ${many}.`;
  return noisy.length === 0
    ? within
    : `${within} This environment is noisy: ${noisy.length === 1 ? 'a repeat' : `${noisy.length} repeats`} with the same seed and settings ${noisy.length === 1 ? 'is' : 'are'} not the same.`;
}

/** Not rounded to all or nothing where it is neither. */
function percentText(share: number): string {
  const percent = Math.round(100 * share);
  if (percent === 100) return 'more than 99 %';
  return percent === 0 && share > 0 ? 'less than 1 %' : `${percent} %`;
}
