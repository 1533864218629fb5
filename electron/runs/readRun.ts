import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { problemsOf } from '../../shared/lib/issueText';
import {
  epochOrderSchema,
  epochRecordSchema,
  outcomeSchema,
  runManifestSchema,
  tensorRecordSchema,
  weightHashSchema,
  type EpochOrder,
  type EpochRecord,
  type Outcome,
  type RunEvidence,
  type RunManifest,
  type TensorRecord,
} from '../../shared/runs/run';
import {
  callbackRecordSchema,
  type CallbackRecord,
} from '../../shared/training/callbacks/callbackRecord';
import { withFile } from '../files/byteSource';
import { runFiles } from '../../shared/runs/runFiles';
import { upgradedManifest } from '../../shared/runs/upgrade';
import { tensorHashes } from './tensorHashes';

const tensorRecords = z.array(tensorRecordSchema);

/**
 * Reads a run folder, whether the run finished or its process died in the middle of a step: a
 * record cut short at the end of a series is left out.
 *
 * @throws {AppError} file-not-found, bad-run-folder (naming the file and what is wrong with it)
 */
export function readRun(folder: string): RunEvidence {
  return evidenceIn(folder, checkedWeights);
}

/**
 * The same without reading the tensors themselves: quick, for tables, and blind to a file of weights
 * that was changed afterwards.
 * @throws {AppError} as `readRun`
 */
export function readRunQuickly(folder: string): RunEvidence {
  return evidenceIn(folder, (place, _, hashes) => json(place, hashes, tensorRecords));
}

function evidenceIn(folder: string, weights: typeof checkedWeights): RunEvidence {
  const manifest = readManifest(folder);
  const orders = lines(folder, runFiles.orders, epochOrderSchema);
  const losses = wholeFloats(bytes(folder, runFiles.losses));
  return {
    manifest,
    initialWeights: weights(folder, runFiles.initialWeights, runFiles.initialHashes),
    losses,
    dropoutSeeds: dropoutSeeds(folder, manifest, losses.length),
    orders,
    weightHashes: lines(folder, runFiles.weightHashes, weightHashSchema),
    finalWeights: weights(folder, runFiles.finalWeights, runFiles.finalHashes),
    outcome: readOutcome(folder),
    orderOf: (epoch) => orderOf(folder, orders, epoch),
  };
}

/**
 * What was decided for a run; fields that an earlier format left out are filled in.
 * @throws {AppError} as `readRun`
 */
export function readManifest(folder: string): RunManifest {
  if (!existsSync(folder)) {
    throw new AppError('file-not-found', `There is no run folder ${folder}.`, 'Check the path.');
  }
  const manifest = json(folder, runFiles.manifest, runManifestSchema, upgradedManifest);
  if (manifest === null) {
    const inside = runsBelow(folder);
    const where = inside.length === 0 ? '' : `; it has runs inside: ${inside.join(', ')}`;
    throw bad(folder, `it holds no ${runFiles.manifest}${where}`);
  }
  return manifest;
}

/** Names of the runs directly in a folder, such as an experiment's. */
function runsBelow(folder: string): string[] {
  if (!statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && existsSync(join(folder, entry.name, runFiles.manifest))
      ? entry.name
      : [],
  );
}

/** How a run ended; null if it did not yet, or died. @throws {AppError} bad-run-folder */
export function readOutcome(folder: string): Outcome | null {
  return json(folder, runFiles.outcome, outcomeSchema);
}

/** Means by epoch. @throws {AppError} bad-run-folder */
export function readEpochs(folder: string): EpochRecord[] {
  return lines(folder, runFiles.epochs, epochRecordSchema);
}

/** What callbacks did, in order; empty without any. @throws {AppError} bad-run-folder */
export function readCallbacks(folder: string): CallbackRecord[] {
  return lines(folder, runFiles.callbacks, callbackRecordSchema);
}

function bytes(folder: string, name: string): Uint8Array {
  try {
    // A copy: small Buffers are views into a shared pool, and their slice() is a view too.
    return new Uint8Array(readFileSync(join(folder, name)));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return new Uint8Array();
    throw bad(folder, `${name} cannot be read: ${message}`);
  }
}

function json<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
  upgraded = (value: unknown) => value,
): T | null {
  const content = bytes(folder, name);
  if (content.length === 0) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    throw bad(folder, `${name} is not JSON`);
  }
  const result = schema.safeParse(upgraded(value));
  if (!result.success) throw bad(folder, `${name}: ${problemsOf(result.error)}`);
  return result.data;
}

/** A hash that does not match its tensor means that one of the two was changed afterwards. */
function checkedWeights(
  folder: string,
  file: string,
  hashes: string,
): readonly TensorRecord[] | null {
  const records = json(folder, hashes, tensorRecords);
  if (records === null) return null;
  let found;
  try {
    found = withFile(join(folder, file), tensorHashes);
  } catch (error) {
    throw bad(folder, `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const { layer, role, sha256 } of records) {
    if (found.get(`${layer}/${role}`)?.sha256 !== sha256) {
      throw bad(folder, `${layer}/${role} in ${file} does not have the sha256 in ${hashes}`);
    }
  }
  return records;
}

/** Only for the steps whose losses are recorded, since a step's seeds are written before its loss. */
function dropoutSeeds(folder: string, { dropout }: RunManifest, steps: number): Int32Array | null {
  const content = bytes(folder, runFiles.dropoutSeeds);
  const length = steps * dropout.length * 8;
  if (content.length === 0) return null;
  if (content.length < length) throw bad(folder, `${runFiles.dropoutSeeds} is too short`);
  return new Int32Array(content.slice(0, length).buffer);
}

function wholeFloats(content: Uint8Array): Float32Array {
  return new Float32Array(content.slice(0, content.length - (content.length % 4)).buffer);
}

function lines<T>(folder: string, name: string, schema: z.ZodType<T>): T[] {
  const all = Buffer.from(bytes(folder, name)).toString('utf8').split('\n');
  // A last line without a line end was cut short.
  return all.slice(0, -1).map((line, index) => {
    try {
      return schema.parse(JSON.parse(line));
    } catch {
      throw bad(folder, `${name}, line ${index + 1} is not valid`);
    }
  });
}

function orderOf(folder: string, orders: readonly EpochOrder[], epoch: number): Uint32Array | null {
  const place = orders.findIndex((order) => order.epoch === epoch);
  if (place < 0) return null;
  const before = orders.slice(0, place).reduce((sum, { rows }) => sum + rows, 0);
  const rows = (orders[place] as EpochOrder).rows;
  const file = join(folder, runFiles.orderRows);
  if (!existsSync(file)) return null;
  return withFile(file, (source) =>
    source.size < (before + rows) * 4
      ? null
      : new Uint32Array(source.read(before * 4, rows * 4).buffer),
  );
}

function bad(folder: string, what: string): AppError {
  return new AppError(
    'bad-run-folder',
    `${folder} is not a readable run: ${what}.`,
    'Name a run folder that Twintrain wrote, unchanged.',
  );
}
