import { join } from 'node:path';
import type { BundleIndex } from '../../shared/bundle/bundleFile';
import type { BundleContent, BundledRun } from '../../shared/bundle/openedBundle';
import { readRun } from '../runs/readRun';

/** Source of the data that the user must supply for a replay; null if the bundle has it all. */
export function neededSource(index: BundleIndex) {
  const needed = index.data.find(
    ({ embedded, source }) => embedded === null && source.kind !== 'builtin',
  );
  return needed === undefined || needed.source.kind === 'builtin' ? null : needed.source;
}

/** What the window shows of an unpacked bundle. */
export function contentOf(index: BundleIndex, folder: string): BundleContent {
  const runs = index.runs.map(({ name }): BundledRun => {
    const { manifest, losses, outcome } = readRun(join(folder, 'runs', name));
    return {
      name,
      style: manifest.architecture.style,
      createdAt: manifest.createdAt,
      regime: manifest.randomness.regime,
      seed: manifest.randomness.seed,
      ran: manifest.ran,
      initialWeights: manifest.initialWeights?.file ?? null,
      status: outcome?.status ?? null,
      losses,
      folder: join(folder, 'runs', name),
    };
  });
  return {
    runs,
    comparisons: index.comparisons,
    writtenBy: `${index.writtenBy.name} ${index.writtenBy.version}`,
    neededData: neededSource(index)?.path ?? null,
  };
}
