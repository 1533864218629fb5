import { join, resolve } from 'node:path';
import { curveDifference, curvesCsv } from '../../shared/compare/curves';
import { curvesSvg } from '../../shared/compare/curvesSvg';
import { noiseOf, repeatsOf, type Noise } from '../../shared/compare/repeats';
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

/** What the runs in the kept folders say about chance. */
export function noiseInKept(
  [folder, other]: readonly [string, string],
  [a, b]: Pair,
): Noise & { repeatFolders: string[] } {
  const kept = keptByLab().all();
  const index = new RunIndex(join(makeFolder(settingsFolder()), INDEX_FILE));
  // Also where the run itself lies, kept or not.
  const roots = [...new Set([...kept, resolve(folder, '..')])];
  const scan = index.scan(roots);
  while (scan.next().done !== true);
  index.save();
  const found = repeatsOf(summariseRun(resolve(folder)), resolve(other), index.runsIn(roots));
  const repeats = found.map((own) => ({ ...own, losses: readRunQuickly(own.folder).losses }));
  const repeatFolders = found.map((own) => own.folder);
  return { ...noiseOf(a.losses, b.losses, repeats), repeatFolders };
}
