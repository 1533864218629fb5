import { styleNames } from '../architecture/architecture';
import { engineName } from '../engines/engineCatalog';
import { bytesText } from '../lib/bytesText';
import type { RunSummary } from './runSummary';

export interface RunColumn {
  readonly label: string;
  /** What it is sorted and filtered by; null where there is nothing. */
  readonly valueOf: (run: RunSummary) => string | number | null;
  /** What is shown; without it the value. */
  readonly textOf?: (run: RunSummary) => string;
  readonly isNumber?: true;
  /** Text that is sorted by its characters, which is much quicker than as words. */
  readonly isCode?: true;
  /** Pixels. */
  readonly width: number;
}

/** What a person calls a run: the name that it was given, else its id and its experiment's folder. */
export function nameOf({ annotation, id, folder }: RunSummary): string {
  if (annotation.name !== '') return annotation.name;
  const parts = folder.split(/[\\/]/);
  const levels = id.split('/');
  // A run that was moved by itself is told apart by its own folder.
  const isInPlace = parts.slice(-levels.length).join('/') === id;
  const where = parts.at(isInPlace ? -1 - levels.length : -1) ?? '';
  return where === '' ? id : `${id} · ${where}`;
}

/** Losses as they are compared by eye; exports hold every digit. */
function lossText(value: number | string | null): string {
  return typeof value === 'number' ? value.toPrecision(6) : (value ?? '');
}

const numberOf = (value: number | string | null) =>
  value === null ? null : typeof value === 'number' ? value : Number(value);

/** The columns of a table of runs, in their order, what came of them first: a new one is a line here. */
export const runColumns = {
  name: { label: 'Name', valueOf: nameOf, width: 300 },
  tags: {
    label: 'Tags',
    valueOf: ({ annotation }) => annotation.tags.join(', ') || null,
    width: 110,
  },
  note: { label: 'Note', valueOf: ({ annotation }) => annotation.note || null, width: 160 },
  verdict: {
    label: 'Verdict',
    valueOf: ({ twin }) => twin?.verdict ?? null,
    width: 112,
  },
  status: { label: 'Status', valueOf: ({ state }) => state, width: 80 },
  steps: {
    label: 'Steps',
    valueOf: ({ steps }) => steps,
    textOf: ({ steps, totalSteps }) =>
      steps === totalSteps
        ? steps.toLocaleString('en')
        : `${steps.toLocaleString('en')} of ${totalSteps.toLocaleString('en')}`,
    isNumber: true,
    width: 130,
  },
  loss: {
    label: 'Last loss',
    valueOf: ({ lastLoss }) => numberOf(lastLoss),
    textOf: ({ lastLoss }) => lossText(lastLoss),
    isNumber: true,
    width: 104,
  },
  validation: {
    label: 'Best validation',
    valueOf: ({ bestValidation }) => bestValidation,
    textOf: ({ bestValidation }) => lossText(bestValidation),
    isNumber: true,
    width: 124,
  },
  date: {
    label: 'Date',
    valueOf: ({ createdAt }) => createdAt,
    // The same for everyone who reads it.
    textOf: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' '),
    isCode: true,
    width: 128,
  },
  network: { label: 'Network', valueOf: ({ network }) => network, width: 190 },
  training: { label: 'Training', valueOf: ({ training }) => training, width: 220 },
  data: { label: 'Data', valueOf: ({ data }) => data, width: 100 },
  engine: { label: 'Engine', valueOf: ({ engine }) => engineName(engine), width: 150 },
  threads: {
    label: 'Threads',
    valueOf: ({ threads }) => threads,
    isNumber: true,
    width: 76,
  },
  seed: { label: 'Seed', valueOf: ({ seed }) => seed, width: 80 },
  protocol: { label: 'Protocol', valueOf: ({ protocol }) => protocol, isNumber: true, width: 78 },
  style: { label: 'Style', valueOf: ({ style }) => styleNames[style], width: 116 },
  device: { label: 'Device', valueOf: ({ device }) => device, width: 70 },
  size: {
    label: 'Size',
    valueOf: ({ sizeBytes }) => sizeBytes,
    textOf: ({ sizeBytes }) => bytesText(sizeBytes),
    isNumber: true,
    width: 80,
  },
} as const satisfies Record<string, RunColumn>;

export type RunColumnId = keyof typeof runColumns;
export const runColumnIds = Object.keys(runColumns) as readonly RunColumnId[];

export function columnOf(id: RunColumnId): RunColumn {
  return runColumns[id];
}

/** A cell as text. */
export function cellText(id: RunColumnId, run: RunSummary): string {
  const column = columnOf(id);
  return column.textOf?.(run) ?? String(column.valueOf(run) ?? '');
}
