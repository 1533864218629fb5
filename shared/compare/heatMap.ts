import type { ComparedRuns, TensorPlace } from './comparedRuns';
import type { MeasuredWeights } from './measuredSteps';
import type { TensorDifference } from './tensorDifference';

/** What is known of one tensor after one step. */
export type HeatCell =
  | {
      readonly kind: 'measured';
      readonly place: TensorPlace;
      readonly difference: TensorDifference;
    }
  /** Only one run has it in this shape. */
  | { readonly kind: 'unlike' }
  | { readonly kind: 'hash'; readonly isEqual: boolean }
  | { readonly kind: 'unknown' };

export interface HeatMap {
  readonly columns: readonly { readonly key: string; readonly label: string }[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly HeatCell[] }[];
}

/** Columns of hashed steps that are shown. */
const MOST_HASHED = 24;

/**
 * Tensors by steps: the start, what was measured or else which hashes were equal, the end.
 * @param measured null where only hashes are known between start and end
 */
export function heatMap(
  { tensors, hashes }: Pick<ComparedRuns, 'tensors' | 'hashes'>,
  measured: MeasuredWeights | null,
): HeatMap {
  const names = [...new Set(tensors.map(({ name }) => name))];
  const ends = new Map(tensors.map((own) => [`${own.when} ${own.name}`, own]));
  const endCell = (when: 'initial' | 'final', name: string): HeatCell => {
    const own = ends.get(`${when} ${name}`);
    if (own === undefined) return { kind: 'unknown' };
    const { difference } = own;
    return difference === null
      ? { kind: 'unlike' }
      : { kind: 'measured', place: { when, name }, difference };
  };
  const between = measured === null ? hashedColumns(hashes) : measured.steps.map(measuredColumn);
  const hasEnd = tensors.some(({ when }) => when === 'final');
  return {
    columns: [
      { key: 'start', label: 'start' },
      ...between.map(({ step }) => ({ key: String(step), label: step.toLocaleString('en') })),
      ...(hasEnd ? [{ key: 'end', label: 'end' }] : []),
    ],
    rows: names.map((name) => ({
      name,
      cells: [
        endCell('initial', name),
        ...between.map(({ cellOf }) => cellOf(name)),
        ...(hasEnd ? [endCell('final', name)] : []),
      ],
    })),
  };
}

interface Column {
  readonly step: number;
  readonly cellOf: (name: string) => HeatCell;
}

function measuredColumn({ step, tensors }: MeasuredWeights['steps'][number]): Column {
  const known = new Map(tensors.map(({ name, difference }) => [name, difference]));
  return {
    step,
    cellOf: (name) => {
      const difference = known.get(name);
      return difference === undefined
        ? { kind: 'unlike' }
        : { kind: 'measured', place: { when: step, name }, difference };
    },
  };
}

/** The first ones, where runs part, and the last. */
function hashedColumns({ tensors, steps }: ComparedRuns['hashes']): Column[] {
  const half = MOST_HASHED / 2;
  const shown =
    steps.length <= MOST_HASHED ? steps : [...steps.slice(0, half), ...steps.slice(-half)];
  const rows = new Map(tensors.map((name, row) => [name, row]));
  return shown.map(({ step, areEqual }) => ({
    step,
    cellOf: (name) => {
      const isEqual = areEqual[rows.get(name) ?? -1];
      return isEqual === undefined ? { kind: 'unknown' } : { kind: 'hash', isEqual };
    },
  }));
}

/** Relative differences from which on a cell is hotter. */
const HEATS = [1e-6, 1e-4, 1e-2];

/** 0 is equal, 4 the hottest. */
export function heatOf(cell: HeatCell): number {
  switch (cell.kind) {
    case 'unknown':
      return 0;
    case 'unlike':
      return 4;
    case 'hash':
      return cell.isEqual ? 0 : 2;
    case 'measured': {
      const { differing, maxRelative } = cell.difference;
      return differing === 0 ? 0 : 1 + HEATS.filter((own) => maxRelative >= own).length;
    }
  }
}

export function heatText(cell: HeatCell): string {
  switch (cell.kind) {
    case 'unknown':
      return '';
    case 'unlike':
      return 'other shape';
    case 'hash':
      return cell.isEqual ? '=' : '≠';
    case 'measured': {
      const { differing, maxRelative } = cell.difference;
      if (differing === 0) return '=';
      return maxRelative >= 0.01 ? maxRelative.toPrecision(1) : maxRelative.toExponential(0);
    }
  }
}
