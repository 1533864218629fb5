import { groupedBy } from '../lib/groupedBy';
import { engineName } from '../engines/engineCatalog';
import { countText } from '../lib/countText';
import { nameOf } from './runColumns';
import type { RunSummary } from './runSummary';

interface Grouping {
  readonly label: string;
  readonly keyOf: (run: RunSummary) => string;
  /** What the group of this run is called. */
  readonly titleOf: (run: RunSummary) => string;
}

/** What runs can be grouped by. */
export const runGroupings = {
  settings: {
    label: 'Everything but the seed',
    keyOf: ({ settings }) => settings,
    // Position in its process counts too, which the id tells.
    titleOf: ({ id, network, training, data, engine, threads }) =>
      [id, network, training, data, engineName(engine), countText(threads, 'thread')].join(' · '),
  },
  experiment: {
    label: 'Experiment',
    keyOf: ({ experiment, folder }) => experiment ?? folder,
    titleOf: (run) => {
      const parts = run.experiment?.split(/[\\/]/) ?? [];
      return parts.at(-1) ?? nameOf(run);
    },
  },
  network: {
    label: 'Network',
    keyOf: ({ network }) => network,
    titleOf: ({ network }) => network,
  },
  data: { label: 'Data', keyOf: ({ data }) => data, titleOf: ({ data }) => data },
  engine: {
    label: 'Engine',
    keyOf: ({ engine }) => engine,
    titleOf: ({ engine }) => engineName(engine),
  },
  protocol: {
    label: 'Protocol',
    keyOf: ({ protocol }) => String(protocol),
    titleOf: ({ protocol }) => (protocol === null ? 'No protocol' : `Protocol ${protocol}`),
  },
  status: { label: 'Status', keyOf: ({ state }) => state, titleOf: ({ state }) => state },
  verdict: {
    label: 'Verdict',
    keyOf: ({ twin }) => String(twin?.verdict),
    titleOf: ({ twin }) => twin?.verdict ?? 'No twin',
  },
} as const satisfies Record<string, Grouping>;

export type RunGroupingId = keyof typeof runGroupings;
export const runGroupingIds = Object.keys(runGroupings) as readonly RunGroupingId[];

export interface RunGroup {
  readonly key: string;
  readonly title: string;
  readonly runs: readonly RunSummary[];
  /** How many different seeds its runs have. */
  readonly seeds: number;
  /** Lowest and highest last loss; null where no run has one that is finite. */
  readonly losses: readonly [number, number] | null;
  /** How many runs ended with a loss that is not finite. */
  readonly notFinite: number;
}

/** Groups in the order in which their first run comes. */
export function groupedRuns(runs: readonly RunSummary[], by: RunGroupingId): RunGroup[] {
  const { keyOf, titleOf }: Grouping = runGroupings[by];
  return [...groupedBy(runs, keyOf)].map(([key, own]) => {
    const losses = own.flatMap(({ lastLoss }) => (typeof lastLoss === 'number' ? lastLoss : []));
    const range = (pick: (...values: number[]) => number) =>
      losses.reduce((a, b) => pick(a, b), losses[0] ?? NaN);
    return {
      key,
      title: titleOf(own[0] as RunSummary),
      runs: own,
      seeds: new Set(own.map(({ seed }) => seed)).size,
      notFinite: own.filter(({ lastLoss }) => typeof lastLoss === 'string').length,
      losses: losses.length === 0 ? null : [range(Math.min), range(Math.max)],
    };
  });
}
