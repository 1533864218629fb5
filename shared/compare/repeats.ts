import type { RunSummary } from '../runs/runSummary';
import { curveDifference, noiseFloor, shareWithinNoise } from './curves';

/** What a repeat of a run has otherwise: nothing, its seed, or one bit of one initial weight. */
export type RepeatKind = 'same' | 'seed' | 'bit';

/** Most repeats that a noise floor is made of. */
const MOST_REPEATS = 32;

/** Finished runs that differ from one in nothing, or in nothing but their seed. */
export function repeatsOf(
  run: Pick<RunSummary, 'folder' | 'settings'>,
  all: readonly RunSummary[],
): readonly RunSummary[] {
  return all
    .filter(
      ({ folder, settings, state }) =>
        folder !== run.folder && settings === run.settings && state === 'finished',
    )
    .slice(0, MOST_REPEATS);
}

/** One that was trained for it. */
export interface TrainedRepeat {
  readonly kind: RepeatKind;
  readonly folder: string;
}

export interface Repeat extends TrainedRepeat {
  readonly losses: Float32Array;
}

/** What repeats of a run say about a difference from it. */
export interface Noise {
  readonly repeats: number;
  /** How far repeats are from the run at each step, at most; null without any that may differ. */
  readonly floor: Float32Array | null;
  /** Share of the steps at which the difference is within the floor; null without one. */
  readonly shareWithin: number | null;
  /** Folders of repeats with the same seed that are not the same: the environment is noisy. */
  readonly noisy: readonly string[];
}

export function noiseOf(a: Float32Array, b: Float32Array, repeats: readonly Repeat[]): Noise {
  const differs = (own: Repeat) => curveDifference(a, own.losses).firstStep !== null;
  const noisy = repeats.filter((own) => own.kind === 'same' && differs(own));
  // A repeat with the same seed is no floor, unless the environment is noisy.
  const floor = noiseFloor(
    a,
    [...repeats.filter(({ kind }) => kind !== 'same'), ...noisy].map(({ losses }) => losses),
  );
  const { absolute } = curveDifference(a, b);
  return {
    repeats: repeats.length,
    floor,
    shareWithin: floor === null ? null : shareWithinNoise(absolute, floor),
    noisy: noisy.map(({ folder }) => folder),
  };
}

/** What is within the noise is told as such. */
export function noiseSentence({ repeats, shareWithin, noisy }: Noise): string {
  if (repeats === 0) return 'There is no repeat of the first run.';
  const many = repeats === 1 ? 'its repeat does' : `its ${repeats} repeats do`;
  const within =
    shareWithin === null
      ? 'Its repeats with the same seed say nothing about chance.'
      : shareWithin === 1
        ? `At every step the two differ by no more than ${many}: the difference is within the noise.`
        : `At ${Math.round(100 * shareWithin)} % of the steps the two differ by no more than ${many}.`;
  return noisy.length === 0
    ? within
    : `${within} This environment is noisy: ${noisy.length === 1 ? 'a repeat' : `${noisy.length} repeats`} with the same seed and settings ${noisy.length === 1 ? 'is' : 'are'} not the same.`;
}
