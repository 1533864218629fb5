import type { RunSummary } from '../runs/runSummary';

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
