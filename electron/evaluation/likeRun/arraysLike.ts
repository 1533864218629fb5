import type { DataSource } from '../../../shared/data/dataSource';
import type { RunManifest } from '../../../shared/runs/run';
import { AppError } from '../../../shared/lib/appError';
import { badData } from '../../data/badData';
import { hashed } from '../../data/dataset';
import { inputsOf, writeScaled } from '../../data/inputsOf';
import { arraysNamed } from '../../data/arraysNamed';
import { namedArray } from '../../data/namedArray';
import type { NumberArray } from '../../data/npy';
import { joinedRows, npyRows, type NpyRows } from '../../data/npyRows';
import { npyTargets } from '../../data/npyTargets';
import type { ReadPorts } from '../../data/readPorts';
import { targetRowsOf, windowed } from '../../data/windowed';
import { runRows } from '../runRows';
import type { OtherData, RowsLike } from './rowsLike';

type ArraySource = Extract<DataSource, { readonly kind: 'npy' }>;

/**
 * The rows of another array, scaled as a run's were; of an archive the array that it read.
 * @throws {AppError} bad-data, bad-arguments
 */
export async function arraysLike(
  trained: ArraySource,
  manifest: RunManifest,
  { path: given, labels, needsTargets }: OtherData,
  datasetsFolder: string,
  { memoryBytes }: ReadPorts,
): Promise<RowsLike> {
  const { file: path, arrays } = arraysNamed(given);
  const [array = trained.array, ...also] = arrays;
  const source =
    arrays.length === 0
      ? trained
      : { ...trained, array, alsoArrays: also.length === 0 ? undefined : also };
  const { classes, targets: width } = manifest.data;
  const targetScale = manifest.data.targetScale ?? null;
  const read = (own: string, array: string | undefined) => bytesOf(own, array, memoryBytes);
  const x = await rowsOf(path, source, memoryBytes);
  const placeOfLabels = labels ?? (/\.npz$/i.test(path) && needsTargets ? path : null);
  if (needsTargets && placeOfLabels === null) {
    throw new AppError(
      'bad-arguments',
      `${path} has rows, but what is right for them is not known.`,
      'Name the array of their targets: --labels FILE.npy.',
    );
  }
  const y =
    placeOfLabels === null
      ? null
      : npyTargets(await read(placeOfLabels, source.labelsArray), x, width > 0);
  const features = x.values.length / x.rows;
  const inputs = source.standardise
    ? await scaledAs(trained, manifest, x, datasetsFolder, memoryBytes)
    : inputsOf([x.values], features, false);
  const numbers = width === 0 ? null : new Float32Array(x.rows * width);
  if (y !== null && numbers !== null) {
    if (y.values.length !== numbers.length) {
      throw badData(
        `${placeOfLabels ?? path} has ${y.values.length / x.rows} numbers for a row, but the network predicts ${width}.`,
        'Choose an array with as many.',
      );
    }
    if (targetScale === null) numbers.set(y.values);
    else writeScaled(numbers, 0, y.values, targetScale);
  }
  const known = y === null || width > 0 ? null : labelsLike(y.values, source, classes, path);
  const dataset = {
    ...hashed({
      rows: x.rows,
      features,
      inputs,
      labels: known ?? new Int32Array(width > 0 ? 0 : x.rows),
      numbers,
      classes,
    }),
    rowShape: x.row,
    targetScale,
  };
  const { windows } = source;
  const own =
    windows === undefined
      ? dataset
      : {
          ...windowed(dataset, windows, { path, validation: path }, new Set(), memoryBytes),
          targetScale,
        };
  if (own.features !== manifest.data.features) {
    throw badData(
      `${path} has rows of [${x.row.join(', ')}], ${own.features} numbers, but the network takes ${manifest.data.features}.`,
      'Choose rows like those that it was trained on.',
    );
  }
  const names =
    windows === undefined
      ? Array.from({ length: own.rows }, (_, row) => row)
      : targetRowsOf(dataset, windows, new Set());
  return { dataset: own, hasTargets: y !== null, names, leftOut: [], withoutTargets: null };
}

function labelsLike(
  values: NumberArray,
  source: ArraySource,
  classes: readonly string[],
  path: string,
): Int32Array {
  const places = new Map(
    source.classes === undefined
      ? classes.map((name, at) => [Number(name), at])
      : classes.map((_, at) => [at, at]),
  );
  return Int32Array.from(values, (own, row) => {
    const place = places.get(own);
    if (place !== undefined) return place;
    throw badData(
      `The targets of ${path}, row ${row + 1}: ${own} is none of the classes that the network was trained on.`,
      `It knows ${[...places.keys()].slice(0, 8).join(', ')}.`,
    );
  });
}

/** Means and deviations are those of the rows that the run trained on, which are read again. */
async function scaledAs(
  source: ArraySource,
  manifest: RunManifest,
  x: NpyRows,
  datasetsFolder: string,
  memoryBytes: number,
): Promise<Float32Array> {
  // Refuses data that has changed since.
  await runRows(manifest, datasetsFolder);
  const trained = await rowsOf(source.path, source, memoryBytes);
  const features = trained.values.length / trained.rows;
  if (x.values.length / x.rows !== features) {
    throw badData(
      `${x.name} has rows of [${x.row.join(', ')}], but those of ${trained.name} are [${trained.row.join(', ')}].`,
      'Choose rows like those that the network was trained on.',
    );
  }
  const both = inputsOf([trained.values, x.values], features, true);
  return both.slice(trained.values.length);
}

/** Of the arrays that were read; a file that is no archive holds the whole rows. */
async function rowsOf(
  path: string,
  { array, alsoArrays = [] }: ArraySource,
  memoryBytes: number,
): Promise<NpyRows> {
  const names = /\.npz$/i.test(path) ? [array, ...alsoArrays] : [undefined];
  const bytes = await Promise.all(names.map((name) => bytesOf(path, name, memoryBytes)));
  return joinedRows(bytes.map(npyRows));
}

/** A file that is no archive has one array. */
function bytesOf(
  path: string,
  array: string | undefined,
  memoryBytes: number,
): ReturnType<typeof namedArray> {
  return namedArray(path, /\.npz$/i.test(path) ? array : undefined, memoryBytes);
}
