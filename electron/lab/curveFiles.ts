import { join, resolve } from 'node:path';
import {
  curveDifference,
  curvesCsv,
  noiseFloor,
  shareWithinNoise,
} from '../../shared/compare/curves';
import { curvesSvg } from '../../shared/compare/curvesSvg';
import { repeatsOf } from '../../shared/compare/repeats';
import { countText } from '../../shared/lib/countText';
import type { RunEvidence } from '../../shared/runs/run';
import { settingsFolder } from '../files/settingsFolder';
import { makeFolder } from '../files/writeFolder';
import { writeWhole } from '../files/writeFile';
import { readRunQuickly } from '../runs/readRun';
import { summariseRun } from '../runs/summariseRun';
import { INDEX_FILE, RunIndex } from '../runs/runIndex';
import { keptByLab } from './keptByLab';

type Pair = readonly [RunEvidence, RunEvidence];

/** @throws {AppError} cannot-write, disk-full */
export function writeCurves(path: string, [a, b]: Pair): void {
  writeWhole(path, [...curvesCsv(['A', 'B'], a.losses, b.losses)].join(''));
}

/** @throws {AppError} cannot-write, disk-full */
export function writePicture(path: string, [a, b]: Pair): void {
  const difference = curveDifference(a.losses, b.losses).absolute;
  const steps = Math.max(2, a.losses.length, b.losses.length);
  const curve = (label: string, colour: string, isDashed: boolean, values: Float32Array) => ({
    label,
    colour,
    isDashed,
    values,
  });
  const panels = [
    {
      title: 'Loss',
      isLog: false,
      curves: [
        curve(`A: ${a.manifest.id}`, '#0072b2', false, a.losses),
        curve(`B: ${b.manifest.id}`, '#d55e00', true, b.losses),
      ],
    },
    {
      title: 'Difference of the losses',
      isLog: true,
      curves: [curve('|A − B|', '#2f5d9b', false, difference)],
    },
  ];
  writeWhole(path, curvesSvg(panels, 1, steps));
}

export interface Noise {
  /** Runs with the first run's settings. */
  readonly repeats: readonly string[];
  /** Share of the steps at which the two differ by no more than repeats do; null without repeats. */
  readonly shareWithin: number | null;
  /** Repeats with the first run's own seed that are not the same: the environment is noisy. */
  readonly noisy: readonly string[];
}

/** What the runs in the kept folders say about chance. */
export function noiseOf(folder: string, [a, b]: Pair): Noise {
  const kept = keptByLab().all();
  const index = new RunIndex(join(makeFolder(settingsFolder()), INDEX_FILE));
  // Also where the run itself lies, kept or not.
  const roots = [...new Set([...kept, resolve(folder, '..')])];
  const scan = index.scan(roots);
  while (scan.next().done !== true);
  index.save();
  const repeats = repeatsOf(summariseRun(resolve(folder)), index.runsIn(roots));
  const losses = repeats.map((own) => readRunQuickly(own.folder).losses);
  const floor = noiseFloor(a.losses, losses);
  const { absolute } = curveDifference(a.losses, b.losses);
  return {
    repeats: repeats.map((own) => own.folder),
    shareWithin: floor === null ? null : shareWithinNoise(absolute, floor),
    noisy: repeats.flatMap(({ folder: own, seed }, at) => {
      const isOwnSeed = seed === a.manifest.randomness.seed;
      const other = losses[at];
      const isSame = other !== undefined && curveDifference(a.losses, other).firstStep === null;
      return isOwnSeed && !isSame ? [own] : [];
    }),
  };
}

export function noiseText({ repeats, shareWithin, noisy }: Noise): string {
  if (shareWithin === null) return 'Noise floor: there is no repeat of the first run.\n';
  const share = `Noise floor: ${Math.round(100 * shareWithin)} % of the steps differ by no more than ${countText(repeats.length, 'repeat')} of the first run ${repeats.length === 1 ? 'does' : 'do'}.\n`;
  const bad = noisy.map(
    (own) => `Noisy: ${own} has the same seed and settings, and is not the same.\n`,
  );
  return share + bad.join('');
}
