import { join } from 'node:path';
import type { BundleIndex } from '../../shared/bundle/bundleFile';
import { compareRuns, type Comparison } from '../../shared/runs/divergence/compareRuns';
import { readRun } from '../runs/readRun';

export interface UnpackedBundle {
  readonly index: BundleIndex;
  readonly folder: string;
}

/** A run in both bundles is compared; for any other, `in` says which bundle has it. */
export type RunDifference =
  | { readonly run: string; readonly in: 'both'; readonly comparison: Comparison }
  | { readonly run: string; readonly in: 'first' | 'second' };

/** Compares two bundles run by run, matched by name. */
export function diffBundles(a: UnpackedBundle, b: UnpackedBundle): readonly RunDifference[] {
  const names = (own: UnpackedBundle) => own.index.runs.map(({ name }) => name);
  const [first, second] = [new Set(names(a)), new Set(names(b))];
  return [...new Set([...first, ...second])].sort().map((run): RunDifference => {
    if (!second.has(run)) return { run, in: 'first' };
    if (!first.has(run)) return { run, in: 'second' };
    const [left, right] = [a, b].map(({ folder }) => readRun(join(folder, 'runs', run))) as [
      ReturnType<typeof readRun>,
      ReturnType<typeof readRun>,
    ];
    return { run, in: 'both', comparison: compareRuns(left, right) };
  });
}
