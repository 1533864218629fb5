import { countText } from '../lib/countText';
import { groupedBy } from '../lib/groupedBy';
import type { Verdict } from '../runs/divergence/compareRuns';
import type { RunSummary } from '../runs/runSummary';
import type { DifferingSetting } from './settingsTable';

/** What runs have at each step: as long as the longest, of those that are long enough. */
export interface Band {
  readonly mean: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Folders of the runs of each. */
export type Groups = readonly [readonly string[], readonly string[]];

/** Runs that are seen as one, such as repeats with other seeds. */
export interface ComparedGroup {
  /** What its first run is called. */
  readonly name: string;
  readonly runs: readonly {
    readonly folder: string;
    readonly seed: string;
    /** Mean over the batches of the last epoch; null without a step. */
    readonly loss: number | null;
  }[];
  readonly band: Band;
}

/** A run of each group with the same seed. */
export interface ComparedPair {
  readonly seed: string;
  readonly folders: readonly [string, string];
  readonly verdict: Verdict;
  /** Can be quoted. */
  readonly sentence: string;
}

export interface ComparedGroups {
  readonly groups: readonly [ComparedGroup, ComparedGroup];
  readonly pairs: readonly ComparedPair[];
  /** What is the same within each group and not in both. */
  readonly settings: readonly DifferingSetting[];
  /** What a reader should know of the runs: left out, unfinished, of other lengths or settings. */
  readonly notes: readonly string[];
}

/** Mean, lowest and highest of each step. Where a run's loss is not finite, the mean is not either. */
export function bandOf(curves: readonly Float32Array[]): Band {
  const steps = Math.max(0, ...curves.map(({ length }) => length));
  const empty = () => new Float32Array(steps);
  const [mean, low, high] = [empty(), empty(), empty()];
  for (let at = 0; at < steps; at++) {
    const own = curves.flatMap((curve) => (at < curve.length ? (curve[at] as number) : []));
    mean[at] = own.reduce((sum, loss) => sum + loss, 0) / own.length;
    low[at] = Math.min(...own);
    high[at] = Math.max(...own);
  }
  return { mean, low, high };
}

/**
 * Two groups out of any number of runs: those that differ in nothing but their seeds are one group. In the
 * order of the runs; null if they are not two groups, of which one at least has several runs.
 */
export function twoGroups(
  runs: readonly RunSummary[],
): readonly [readonly RunSummary[], readonly RunSummary[]] | null {
  const groups = groupedBy(runs, ({ settings }) => settings);
  const [a, b, ...more] = groups.values();
  if (a === undefined || b === undefined || more.length > 0 || runs.length < 3) return null;
  return [a, b];
}

/** To be quoted: what pairs of one seed give, and whether their losses overlap. */
export function groupsSentence({ groups, pairs }: ComparedGroups): string {
  const [a, b] = groups;
  const sizes = `A has ${countText(a.runs.length, 'run')}, B ${b.runs.length}`;
  return `${sizes}. ${pairsText(pairs)} ${lossesText(a, b)}`.trimEnd();
}

function pairsText(pairs: readonly ComparedPair[]): string {
  if (pairs.length === 0) return 'No seed is in both, so no two runs should be the same.';
  const same = pairs.filter(({ verdict }) => verdict === 'exact').length;
  const seeds = `${pairs.length === 1 ? 'The one seed' : `The ${pairs.length} seeds`} that both have`;
  if (same === pairs.length) return `${seeds} gave the same run in both, bit for bit.`;
  const open = pairs.filter(({ verdict }) => verdict === 'not_verified').length;
  const rest = open === 0 ? '' : ` ${countText(open, 'pair')} could not be verified.`;
  return same === 0 && open === 0
    ? `${seeds} gave ${pairs.length === 1 ? 'different runs' : 'different runs each time'}.`
    : `Of ${seeds.charAt(0).toLowerCase()}${seeds.slice(1)}, ${same} gave the same run, bit for bit.${rest}`;
}

/** Runs in each group from which on ranges that do not overlap are rare by chance: with 5 and 5, 2 in 252. */
const ENOUGH_RUNS = 5;
/** Pairs from which on one direction is rare by chance: with 6, 2 in 64. */
const ENOUGH_PAIRS = 6;

function lossesText(a: ComparedGroup, b: ComparedGroup): string {
  const [own, its] = [lossesOf(a), lossesOf(b)];
  if (own.length === 0 || its.length === 0) return '';
  if (![...own, ...its].every(Number.isFinite)) {
    return 'Not every loss of the last epoch is a finite number.';
  }
  const [left, right] = [rangeOf(own), rangeOf(its)];
  const isApart = left[1] < right[0] || right[1] < left[0];
  const ranges = `The mean loss of the last epoch is ${rangeText(left)} in A and ${rangeText(right)} in B`;
  const { lower, higher } = directions(a, b);
  const isOneWay = lower + higher > 1 && (lower === 0 || higher === 0);
  const where = isOneWay
    ? `; with the same seed it is ${higher > 0 ? 'lower' : 'higher'} in B each time`
    : '';
  const isRare =
    (isApart && Math.min(own.length, its.length) >= ENOUGH_RUNS) ||
    (isOneWay && lower + higher >= ENOUGH_PAIRS);
  const conclusion = isRare
    ? 'Seeds alone do not explain that.'
    : isApart || isOneWay
      ? 'So few runs leave room for chance.'
      : 'Seeds alone bring runs as far apart.';
  return `${ranges}${where}. ${own.join() === its.join() ? '' : conclusion}`.trimEnd();
}

function lossesOf({ runs }: ComparedGroup): number[] {
  return runs.flatMap(({ loss }) => loss ?? []);
}

/** Of how many seeds that both have the loss of A is lower, and higher. */
function directions(a: ComparedGroup, b: ComparedGroup) {
  const others = new Map(b.runs.map(({ seed, loss }) => [seed, loss]));
  const apart = a.runs.flatMap(({ seed, loss }) => {
    const other = others.get(seed) ?? null;
    return loss === null || other === null ? [] : loss - other;
  });
  return {
    lower: apart.filter((own) => own < 0).length,
    higher: apart.filter((own) => own > 0).length,
  };
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function rangeText([low, high]: readonly [number, number]): string {
  const text = (value: number) => String(Number(value.toPrecision(4)));
  return low === high ? text(low) : `${text(low)} to ${text(high)}`;
}
