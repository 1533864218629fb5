import { resolve } from 'node:path';
import {
  bandOf,
  type ComparedGroups,
  type ComparedPair,
  type Groups,
} from '../../shared/compare/groups';
import { differingSettings, ignoredByDefault } from '../../shared/compare/settingsTable';
import { AppError } from '../../shared/lib/appError';
import { countText } from '../../shared/lib/countText';
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

/** What names a run, or makes it a repeat; data is the same if its hash is, wherever it lies. */
const OWN = [...ignoredByDefault, 'randomness.seed', 'script', 'data.source', 'initialWeights'];

const letters = ['A', 'B'] as const;

/**
 * Two groups of runs: how they spread, and each pair of one seed. Of runs with the same seed in a group the
 * first counts, since the others are no more of chance.
 *
 * @param folders of the runs of each group, at least one in each
 * @throws {AppError} file-not-found, bad-run-folder
 */
export function compareGroups(folders: Groups): ComparedGroups {
  const double = folders[0].find((own) => folders[1].some((its) => resolve(its) === resolve(own)));
  if (double !== undefined) {
    throw new AppError('bad-arguments', `${double} is in both groups.`, 'Choose other runs.');
  }
  const all = folders.map((own) => own.map((folder): Member => ({ folder, run: readRun(folder) })));
  const members = all.map((own) =>
    [...groupedBy(own, seedOf).values()].flatMap(([first]) => first ?? []),
  ) as [Member[], Member[]];
  const mixed = new Set(
    members.flatMap((own) => differingSettings(manifestsOf(own), OWN).map(({ path }) => path)),
  );
  const firsts = members.flatMap((own) => manifestsOf(own).slice(0, 1));
  return {
    groups: [groupOf(members[0]), groupOf(members[1])],
    pairs: pairsOf(members),
    settings: differingSettings(firsts, OWN).filter(({ path }) => !mixed.has(path)),
    notes: [
      ...members.flatMap((own, at) => countsOf(letters[at as 0 | 1], own, all[at] ?? [])),
      ...lengthsOf(members.flat()),
      ...(mixed.size === 0
        ? []
        : [`Within a group more differs than the seed: ${[...mixed].join(', ')}.`]),
    ],
  };
}

function seedOf({ run }: Member): string {
  return run.manifest.randomness.seed;
}

function manifestsOf(members: readonly Member[]) {
  return members.map(({ run }) => run.manifest);
}

function groupOf(members: readonly Member[]) {
  return {
    name:
      members[0] === undefined ? '' : nameOf({ ...summariseRun(members[0].folder), twin: null }),
    runs: members.map((own) => ({
      folder: own.folder,
      seed: seedOf(own),
      loss: lastEpochLoss(own.run),
    })),
    band: bandOf(members.map(({ run }) => run.losses)),
  };
}

/** Of the batches of the last epoch that began. */
function lastEpochLoss({ losses, orders }: RunEvidence): number | null {
  const epochs = orders.filter(({ firstStep }) => firstStep <= losses.length);
  const own = losses.subarray((epochs.at(-1)?.firstStep ?? losses.length) - 1);
  return own.length === 0 ? null : own.reduce((sum, loss) => sum + loss, 0) / own.length;
}

function countsOf(letter: string, members: readonly Member[], all: readonly Member[]): string[] {
  const double = all.length - members.length;
  const open = members.filter(({ run }) => run.outcome?.status !== 'finished').length;
  return [
    ...(double === 0
      ? []
      : [
          `${countText(double, 'run')} of ${letter} with the seed of another ${double === 1 ? 'is' : 'are'} left out.`,
        ]),
    ...(open === 0 ? [] : [`${countText(open, 'run')} of ${letter} did not finish.`]),
  ];
}

function lengthsOf(members: readonly Member[]): string[] {
  const steps = members.map(({ run }) => run.losses.length);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  const text = (count: number) => count.toLocaleString('en');
  return least === most
    ? []
    : [`The runs are not equally long: ${text(least)} to ${text(most)} steps.`];
}

function pairsOf([a, b]: Pair<readonly Member[]>): ComparedPair[] {
  const others = new Map(b.map((own) => [seedOf(own), own]));
  const pairs = a.flatMap((own) => {
    const other = others.get(seedOf(own));
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
