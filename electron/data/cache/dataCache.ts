import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataFacts } from '../../../shared/architecture/dataFacts';
import { inputColumnSchema } from '../../../shared/data/table/inputColumn';
import { targetScaleSchema } from '../../../shared/data/targetScale';
import { heldOutSchema } from '../../../shared/training/heldOut';
import { readBytes } from '../../files/readBytes';
import { hashOfDataset, type Dataset } from '../dataset';
import { factsOf } from '../dataFacts';
import { packed, packedScales, unpacked } from './packedInputs';

/** Rises with whatever changes what is read from the same bytes, or how it is kept. */
export const CACHE_FORMAT = 5;

const INFO_FILE = 'data.json';
/** Node reads and writes at most 2 GiB at a time. */
const PIECE_BYTES = 256 * 1024 * 1024;
const files = {
  inputs: 'inputs.f32',
  packedInputs: 'inputs.u8',
  labels: 'labels.i32',
  numbers: 'numbers.f32',
  rowWeights: 'weights.f32',
  groups: 'groups.i32',
} as const;

const infoSchema = z.strictObject({
  twintrain: z.literal('data'),
  format: z.literal(CACHE_FORMAT),
  /** As people know it. */
  name: z.string(),
  rows: z.int().min(0),
  features: z.int().min(0),
  rowShape: z.array(z.int().min(0)),
  classes: z.array(z.string()),
  targets: z.int().min(0),
  areLabels: z.boolean(),
  heldOut: heldOutSchema.nullable(),
  isWeighted: z.boolean(),
  groupSizes: z.array(z.int().min(0)).nullable(),
  targetScale: z.array(targetScaleSchema).nullable(),
  sha256: z.string(),
  columns: z.array(inputColumnSchema).nullable(),
  notes: z.array(z.string()),
  arrays: z
    .array(z.strictObject({ name: z.string(), row: z.array(z.int().min(0)) }))
    .nullable()
    .default(null),
  range: z.strictObject({ min: z.number(), max: z.number(), areWhole: z.boolean() }),
  areLabelsSorted: z.boolean(),
  bytes: z.int().min(0),
  /** Of inputs that are kept as bytes; null where they are float32. */
  packedScale: z.literal(packedScales).nullable(),
});
export type CachedInfo = z.infer<typeof infoSchema>;

export function entryFolder(cacheFolder: string, key: string): string {
  return join(cacheFolder, key);
}

/** The key of what `parts` name: anything that decides what is read. */
export function cacheKey(parts: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([CACHE_FORMAT, parts]))
    .digest('hex');
}

/** What the arrays of a data set take. */
export function bytesOf({ inputs, numbers, labels, rowWeights, groups }: Dataset): number {
  const all = [inputs, numbers ?? labels, rowWeights, groups];
  return all.reduce((sum, own) => sum + (own?.byteLength ?? 0), 0);
}

/** What an entry holds, without its arrays. @throws {Error} if it is none */
export function infoOf(folder: string): CachedInfo {
  return infoSchema.parse(JSON.parse(readFileSync(join(folder, INFO_FILE), 'utf8')));
}

/** What is known about an entry's data; null if it is not there. Its arrays are checked when they are read. */
export function cachedFacts(folder: string): DataFacts | null {
  try {
    const {
      twintrain: _twintrain,
      format: _format,
      name: _name,
      bytes: _bytes,
      packedScale: _packedScale,
      ...facts
    } = infoOf(folder);
    return facts;
  } catch {
    return null;
  }
}

/**
 * The first rows of prepared data, unchecked: enough to measure how fast a network trains on it.
 * @returns null if it is not there
 */
export function readFirstRows(folder: string, most: number): Dataset | null {
  try {
    const info = infoOf(folder);
    const rows = Math.min(most, info.rows);
    const part = (file: string, width: number) =>
      readBytes(join(folder, file), 4 * rows * width).buffer;
    const { features, rowShape, classes, sha256, columns, notes, arrays, range, targets } = info;
    const inputs =
      info.packedScale === null
        ? new Float32Array(part(files.inputs, features))
        : unpacked(readBytes(join(folder, files.packedInputs), rows * features), info.packedScale);
    return {
      rows,
      features,
      inputs,
      labels: targets > 0 ? new Int32Array() : new Int32Array(part(files.labels, 1)),
      numbers: targets > 0 ? new Float32Array(part(files.numbers, targets)) : null,
      rowWeights: info.isWeighted ? new Float32Array(part(files.rowWeights, 1)) : null,
      groups: info.groupSizes === null ? null : new Int32Array(part(files.groups, 1)),
      heldOut: info.heldOut,
      targetScale: info.targetScale,
      classes,
      sha256,
      rowShape,
      columns,
      notes,
      ...(arrays !== null && { arrays }),
      range,
    };
  } catch {
    return null;
  }
}

/**
 * Prepared data. What was damaged on disk is not returned: its hash tells.
 * @returns null if it is not there
 */
export function readCached(folder: string, now: Date): Dataset | null {
  const dataset = readFirstRows(folder, Infinity);
  if (dataset === null || hashOfDataset(dataset) !== dataset.sha256) return null;
  try {
    // The oldest is removed first when the cache is full.
    utimesSync(join(folder, INFO_FILE), now, now);
  } catch {
    // It is only removed sooner.
  }
  return dataset;
}

/**
 * Keeps prepared data for other processes and later starts.
 * @param name of the data, for the list of what is kept
 * @throws what the system says if it cannot be written
 */
export function writeCached(
  cacheFolder: string,
  key: string,
  dataset: Dataset,
  name: string,
): void {
  mkdirSync(cacheFolder, { recursive: true });
  const part = mkdtempSync(join(cacheFolder, '.part-'));
  try {
    const { inputs, labels, numbers, rowWeights, groups } = dataset;
    const small = packed(inputs);
    if (small === null) write(join(part, files.inputs), inputs);
    else write(join(part, files.packedInputs), small.bytes);
    if (numbers === null) write(join(part, files.labels), labels);
    else write(join(part, files.numbers), numbers);
    if (rowWeights !== null) write(join(part, files.rowWeights), rowWeights);
    if (groups !== null) write(join(part, files.groups), groups);
    const bytes = bytesOf(dataset) - (small === null ? 0 : inputs.byteLength - small.bytes.length);
    const about = { twintrain: 'data', format: CACHE_FORMAT, name, bytes };
    const packedScale = small?.scale ?? null;
    writeFileSync(
      join(part, INFO_FILE),
      JSON.stringify({ ...about, packedScale, ...factsOf(dataset) }),
    );
    const folder = entryFolder(cacheFolder, key);
    // What is there was damaged, or another process was first with the same.
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

function write(
  path: string,
  { buffer, byteOffset, byteLength }: Float32Array | Int32Array | Uint8Array,
): void {
  const file = openSync(path, 'w');
  try {
    for (let done = 0; done < byteLength;) {
      const piece = Math.min(byteLength - done, PIECE_BYTES);
      done += writeSync(file, new Uint8Array(buffer, byteOffset + done, piece));
    }
  } finally {
    closeSync(file);
  }
}
