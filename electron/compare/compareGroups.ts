import {
  bandOf,
  type ComparedGroups,
  type ComparedPair,
  type Groups,
} from '../../shared/compare/groups';
import { differingSettings, ignoredByDefault } from '../../shared/compare/settingsTable';
import { groupedBy } from '../../shared/lib/groupedBy';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { comparisonSentence } from '../../shared/runs/divergence/comparisonSentence';
import { withCopyNote } from '../../shared/runs/divergence/copyNote';
import type { RunEvidence } from '../../shared/runs/run';
import { nameOf } from '../../shared/runs/runColumns';
import { readRun } from '../runs/readRun';
import { summariseRun } from '../runs/summariseRun';

interface Member {
  readonly folder: string;
  readonly run: RunEvidence;
}

type Pair<T> = readonly [T, T];

/** What names a run, or makes it a repeat. */
const OWN = [...ignoredByDefault, 'randomness.seed', 'script.model'];

/**
 * Two groups of runs: how they spread, and each pair of one seed.
 * @param folders of the runs of each group, at least one in each
 * @throws {AppError} file-not-found, bad-run-folder
 */
export function compareGroups(folders: Groups): ComparedGroups {
  const members = folders.map((own) =>
    own.map((folder): Member => ({ folder, run: readRun(folder) })),
  ) as [Member[], Member[]];
  const manifests = members.map((own) => own.map(({ run }) => run.manifest));
  const mixed = new Set(
    manifests.flatMap((own) => differingSettings(own, OWN).map(({ path }) => path)),
  );
  const firsts = manifests.flatMap(([first]) => first ?? []);
  return {
    groups: [groupOf(members[0]), groupOf(members[1])],
    pairs: pairsOf(members),
    settings: differingSettings(firsts, OWN).filter(({ path }) => !mixed.has(path)),
    mixed: [...mixed],
  };
}

function groupOf(members: readonly Member[]) {
  return {
    name:
      members[0] === undefined ? '' : nameOf({ ...summariseRun(members[0].folder), twin: null }),
    runs: members.map(({ folder, run }) => ({
      folder,
      seed: run.manifest.randomness.seed,
      lastLoss: run.losses.at(-1) ?? null,
    })),
    band: bandOf(members.map(({ run }) => run.losses)),
  };
}

/** The n-th run of a seed with the n-th of the other group. */
function pairsOf([a, b]: Pair<readonly Member[]>): ComparedPair[] {
  const seedOf = ({ run }: Member) => run.manifest.randomness.seed;
  const others = groupedBy(b, seedOf);
  const pairs = a.flatMap((own) => {
    const other = others.get(seedOf(own))?.shift();
    if (other === undefined) return [];
    const comparison = withCopyNote(compareRuns(own.run, other.run), own.run, other.run);
    return {
      seed: seedOf(own),
      folders: [own.folder, other.folder],
      verdict: comparison.verdict,
      sentence: comparisonSentence(comparison),
    } satisfies ComparedPair;
  });
  return pairs.sort((x, y) => x.seed.localeCompare(y.seed, 'en', { numeric: true }));
}
