import { sizeOf } from '../../shared/architecture/shape';
import type { TargetScale } from '../../shared/data/targetScale';
import type { TargetKind } from '../../shared/data/targetKind';
import { countText } from '../../shared/lib/countText';
import { badData } from './badData';
import { hashed, type Dataset } from './dataset';
import { inputsOf, scalesOf, writeScaled } from './inputsOf';
import { joinedRows, npyRows, type NamedBytes, type NpyRows } from './npyRows';
import { npyGroups, npyTargets, npyWeights } from './npyTargets';
import type { NpyArray } from './npy';

const MOST_CLASSES = 1_000;

export interface HowRead {
  readonly standardise: boolean;
  readonly target?: TargetKind | undefined;
  readonly standardiseTarget?: boolean | undefined;
  /** What the labels 0, 1, ... are called. */
  readonly classes?: readonly string[] | undefined;
  /** So many rows at the end are held out. */
  readonly aside?: number | undefined;
}

/** Arrays of a data set; those that are not there are null. */
export interface NpyParts {
  /** Of each row the numbers of these, one after the other. */
  readonly inputs: readonly NamedBytes[];
  readonly labels: NamedBytes;
  readonly weights?: NamedBytes | null;
  readonly groups?: NamedBytes | null;
  /** Rows of their own for validation. */
  readonly validation?: {
    readonly inputs: readonly NamedBytes[];
    readonly labels: NamedBytes;
  } | null;
}

/**
 * Rows from one .npy file, [rows, …], and their targets from another: whole numbers [rows] for classes,
 * or numbers [rows, …] to predict.
 * @param how `standardise` scales each position of a row to mean 0 and standard deviation 1
 * @throws {AppError} bad-data, naming file, row and place
 */
export function npyDataset(parts: NpyParts, how: HowRead): Dataset {
  const { weights = null, groups = null, validation = null } = parts;
  const x = joinedRows(parts.inputs.map(npyRows));
  const isNumber = how.target === 'number';
  const y = npyTargets(parts.labels, x, isNumber);
  const besideX = validation && joinedRows(validation.inputs.map(npyRows));
  const besideY = validation && besideX && npyTargets(validation.labels, besideX, isNumber);
  if (besideX !== null) refuseOtherRows(x, besideX);
  const features = sizeOf(x.row);
  const aside = besideX?.rows ?? how.aside ?? 0;
  const rows = x.rows + (besideX?.rows ?? 0);
  if (aside >= rows) {
    throw badData(
      `${x.name} has ${rows} rows, of which ${aside} are to be held out.`,
      'Hold out fewer.',
    );
  }
  const inputs = inputsOf(
    [x.values, ...(besideX === null ? [] : [besideX.values])],
    features,
    how.standardise,
  );
  const known = isNumber
    ? {
        ...numbersOf(y, besideY, x.rows, how.standardiseTarget === true, parts.labels.name),
        labels: new Int32Array(),
        classes: [],
      }
    : { ...classesOf(y, besideY, parts, how.classes), numbers: null, targetScale: null };
  const { targetScale, ...targets } = known;
  return {
    ...hashed({
      rows,
      features,
      inputs,
      ...targets,
      // Rows for validation count 1.
      rowWeights: weights && longer(npyWeights(weights, x), rows, 1),
      groups: groups && longer(npyGroups(groups, x), rows, 0),
      heldOut: aside === 0 ? null : { rows: aside, by: 'file' },
    }),
    rowShape: x.row,
    targetScale,
  };
}

function refuseOtherRows(x: NpyRows, beside: NpyRows): void {
  if (x.row.join() === beside.row.join()) return;
  throw badData(
    `${beside.name} has rows of [${beside.row.join(', ')}], but those of ${x.name} are [${x.row.join(', ')}].`,
    'Choose rows for validation that are like those to train on.',
  );
}

function numbersOf(
  y: NpyArray,
  beside: NpyArray | null,
  rows: number,
  standardise: boolean,
  name: string,
): { readonly numbers: Float32Array; readonly targetScale: readonly TargetScale[] | null } {
  const width = y.values.length / rows;
  if (beside !== null && beside.values.length / (beside.shape[0] ?? 1) !== width) {
    throw badData(
      `The rows for validation have [${beside.shape.slice(1).join(', ')}] numbers to predict, but ${name} has [${y.shape.slice(1).join(', ')}].`,
      'Give both the same targets.',
    );
  }
  const values = [y, ...(beside === null ? [] : [beside])].map((own) => own.values);
  if (!standardise) return { numbers: inputsOf(values, width, false), targetScale: null };
  const targetScale = scalesOf(y.values, width).map(({ mean, deviation }) => ({
    name: null,
    mean,
    deviation: deviation === 0 ? 1 : deviation,
  }));
  const numbers = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of values) {
    writeScaled(numbers, start, part, targetScale);
    start += part.length;
  }
  return { numbers, targetScale };
}

function classesOf(
  { values }: NpyArray,
  beside: NpyArray | null,
  { labels: { name }, validation }: NpyParts,
  names: readonly string[] | undefined,
): { readonly labels: Int32Array; readonly classes: readonly string[] } {
  const found = names?.map((_, at) => at) ?? [...new Set<number>(values)].sort((a, b) => a - b);
  if (found.length < 2 || found.length > MOST_CLASSES) {
    throw badData(
      `${name} has ${countText(found.length, 'different label')}.`,
      `A classifier needs from 2 to ${MOST_CLASSES} classes.`,
    );
  }
  const places = new Map(found.map((own, place) => [own, place]));
  const labels = new Int32Array(values.length + (beside?.values.length ?? 0));
  const put = (own: NpyArray['values'], start: number, file: string) => {
    for (let row = 0; row < own.length; row++) {
      const place = places.get(own[row] as number);
      if (place !== undefined) labels[start + row] = place;
      else if (names !== undefined) {
        throw badData(
          `${file}, row ${row + 1}: ${own[row]} is none of the ${names.length} classes that are named.`,
          'Name every class, or none.',
        );
      } else {
        throw badData(
          `${file}, row ${row + 1}: no row of ${name} has the class ${own[row]}.`,
          'A network cannot learn a class that it never sees: add rows of it to train on, or remove this one.',
        );
      }
    }
  };
  put(values, 0, name);
  if (beside !== null) put(beside.values, values.length, validation?.labels.name ?? '');
  return { labels, classes: names ?? found.map(String) };
}

/** With more rows at the end, all of which have `value`. */
function longer<T extends Float32Array | Int32Array>(values: T, rows: number, value: number): T {
  if (values.length === rows) return values;
  const all = values instanceof Int32Array ? new Int32Array(rows) : new Float32Array(rows);
  all.fill(value).set(values);
  return all as T;
}
