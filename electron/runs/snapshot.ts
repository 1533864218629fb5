import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import {
  decodeSafetensors,
  encodeSafetensors,
  safetensorsMetadata,
  type NamedTensor,
} from '../../shared/runs/safetensors';
import { callbackStateSchema } from '../../shared/training/callbacks/epochRules';
import { runFiles } from '../../shared/runs/runFiles';
import { bytesOfValues } from './hashOfValues';
import type { WeightValues } from './weightValues';

const count = z.int().min(0);

/** State of the shared generator. */
export const globalRandomSchema = z.strictObject({
  i: count,
  j: count,
  S: z.array(count).length(256),
});

const placeSchema = z.strictObject({
  format: z.literal(1),
  /** Steps that were trained. */
  step: count,
  /** A finished run keeps only its place and generator, for what comes after it in its script. */
  isFinished: z.boolean(),
  /** Sums over the epoch whose order was drawn last; null if that epoch is over. */
  epochMeans: z.strictObject({ sums: z.array(z.string()), rows: count }).nullable(),
  /** The shared generator's state; null under the controlled regime. */
  globalRandom: globalRandomSchema.nullable(),
  elapsedMs: z.number(),
  resumedAfter: z.array(count),
  /** What callbacks remember; missing where there are none. */
  callbacks: callbackStateSchema.optional(),
});
/** Where in a run a snapshot was taken. */
export type SnapshotPlace = z.infer<typeof placeSchema>;

/** Weights of the best epochs so far: to put back at the end, and to keep in a file. */
export interface BestWeights {
  readonly restore: readonly WeightValues[] | null;
  readonly keep: readonly WeightValues[] | null;
}

/** All that a run needs to continue as if it had never stopped. */
export interface Snapshot {
  readonly place: SnapshotPlace;
  readonly weights: readonly WeightValues[];
  readonly slots: readonly Float32Array[];
  readonly best?: BestWeights;
}

function hashOf(place: string, tensors: readonly NamedTensor[]): string {
  const hash = createHash('sha256').update(place);
  for (const { name, values } of [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(name).update(bytesOfValues(values));
  }
  return hash.digest('hex');
}

/**
 * One safetensors file: weights `weight/layer/role`, slots `slot/n`, those of the best epochs
 * `restore/layer/role` and `keep/layer/role`, the place as metadata.
 */
export function encodeSnapshot({ place, weights, slots, best }: Snapshot): Uint8Array {
  const named = (kind: string, values: readonly WeightValues[] | null | undefined) =>
    (values ?? []).map(({ layer, role, shape, values: own }) => ({
      name: `${kind}/${layer}/${role}`,
      shape,
      values: own,
    }));
  const tensors = [
    ...named('weight', weights),
    ...named('restore', best?.restore),
    ...named('keep', best?.keep),
    ...slots.map((values, index) => ({ name: `slot/${index}`, shape: [values.length], values })),
  ];
  return encodeSafetensors(tensors, {
    place: JSON.stringify(place),
    sha256: hashOf(JSON.stringify(place), tensors),
  });
}

/** In the folder of a run that is trained again: its state after a step. */
export function snapshotFileAfter(step: number): string {
  return `snapshot-after-${step}.safetensors`;
}

/**
 * The latest snapshot of a run folder, or another of its files; null if none was taken.
 * @throws {AppError} bad-run-folder
 */
export function readSnapshot(folder: string, file: string = runFiles.snapshot): Snapshot | null {
  const path = join(folder, file);
  if (!existsSync(path)) return null;
  try {
    const file = new Uint8Array(readFileSync(path));
    const { place: placeText = '', sha256 } = safetensorsMetadata(file);
    const place = placeSchema.parse(JSON.parse(placeText));
    const tensors = decodeSafetensors(file);
    // Snapshots of the first format have none.
    if (sha256 !== undefined && sha256 !== hashOf(placeText, tensors)) {
      throw new Error('its sha256 does not match');
    }
    const weightsOf = (kind: string) =>
      tensors.flatMap(({ name, shape, values }) => {
        const [own, layer, role] = name.split('/');
        return own === kind && layer && role ? [{ layer, role, shape, values }] : [];
      });
    const bestOf = (kind: string) => {
      const own = weightsOf(kind);
      return own.length === 0 ? null : own;
    };
    return {
      place,
      weights: weightsOf('weight'),
      best: { restore: bestOf('restore'), keep: bestOf('keep') },
      slots: tensors.flatMap(({ name, values }) => (name.startsWith('slot/') ? [values] : [])),
    };
  } catch (error) {
    throw new AppError(
      'bad-run-folder',
      `${path} is not a readable snapshot: ${error instanceof Error ? error.message : String(error)}`,
      'The run cannot be resumed; run it again from the start.',
      error,
    );
  }
}

/** A damaged snapshot counts as none: the run is trained from the start and gives the same bits. */
export function readableSnapshot(folder: string): Snapshot | null {
  try {
    return readSnapshot(folder);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-run-folder') return null;
    throw error;
  }
}
