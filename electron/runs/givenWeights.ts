import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { decodeSafetensors, safetensorsMetadata } from '../../shared/runs/safetensors';
import { startSchema, type Start } from '../../shared/runs/start';
import { globalRandomSchema } from './snapshot';
import { weightOf, type WeightValues } from './weightValues';

/** Where the training was that is gone on with. */
const stateSchema = z.strictObject({
  /** Steps that were trained. */
  step: z.int().min(0),
  /** Of the shared generator; null under controlled randomness. */
  globalRandom: globalRandomSchema.nullable(),
  /** The last row order that it shuffled, which the next one is made of; null under controlled randomness. */
  order: z.array(z.int().min(0)).nullable(),
});
export type GivenState = z.infer<typeof stateSchema>;

/** Weights to start from, as read from a file. */
export interface GivenWeights {
  readonly path: string;
  /** Of the file. */
  readonly sha256: string;
  readonly weights: readonly WeightValues[];
  /** Where they come from; null if the file does not say. */
  readonly start: Start | null;
  /** The optimiser's variables, where they are restored. */
  readonly slots: readonly Float32Array[];
  readonly state: GivenState | null;
}

const SLOT = /^slot\/\d+$/;

/** @throws {AppError} bad-project if there is no such file, or it cannot be read */
export function readGivenWeights(path: string): GivenWeights {
  try {
    const bytes = new Uint8Array(readFileSync(path));
    const { start: startTold, state: stateTold } = safetensorsMetadata(bytes);
    const start = startTold === undefined ? null : startSchema.parse(JSON.parse(startTold));
    const state = stateTold === undefined ? null : stateSchema.parse(JSON.parse(stateTold));
    const tensors = decodeSafetensors(bytes);
    const isSlot = ({ name }: { readonly name: string }) =>
      start?.optimiser === true && SLOT.test(name);
    const weights = tensors.filter((own) => !isSlot(own)).map(weightOf);
    const slots = tensors
      .filter(isSlot)
      .sort((a, b) => Number(a.name.slice(5)) - Number(b.name.slice(5)))
      .map(({ values }) => values);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { path, sha256, weights, start, slots, state };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'bad-project',
      `The weights to start from, ${path}, cannot be read: ${what}.`,
      'Put the file back, or have the weights drawn ("initialWeights": null in the project).',
      error,
    );
  }
}

/** @throws {AppError} bad-project where a weight of the network is missing or has another shape */
export function assertFits(
  { weights, start }: Pick<GivenWeights, 'weights' | 'start'>,
  own: readonly {
    readonly layer: string;
    readonly role: string;
    readonly shape: readonly number[];
  }[],
): void {
  const shapes = new Map(weights.map(({ layer, role, shape }) => [`${layer}/${role}`, shape]));
  // Those of layers for which nothing was found are drawn.
  const drawn = new Set(start?.drawn);
  for (const { layer, role, shape } of own) {
    const found = shapes.get(`${layer}/${role}`);
    if (found?.join() === shape.join()) continue;
    if (found === undefined && drawn.has(layer)) continue;
    const there = found === undefined ? 'not among them' : `[${found.join(', ')}] in the file`;
    throw new AppError(
      'bad-project',
      `The weights to start from do not fit the network: ${layer}/${role} is [${shape.join(', ')}] here and ${there}.`,
      'Give weights of exactly this network, or have them drawn ("initialWeights": null in the project).',
    );
  }
}
