import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../../shared/lib/appError';
import { decodeSafetensors } from '../../shared/runs/safetensors';
import type { WeightValues } from './weightValues';

/** Weights to start from, as read from a file. */
export interface GivenWeights {
  readonly path: string;
  /** Of the file. */
  readonly sha256: string;
  readonly weights: readonly WeightValues[];
}

/** @throws {AppError} bad-project if there is no such file, or it cannot be read */
export function readGivenWeights(path: string): GivenWeights {
  try {
    const bytes = new Uint8Array(readFileSync(path));
    const weights = decodeSafetensors(bytes).map(({ name, shape, values }) => {
      const at = name.lastIndexOf('/');
      return { layer: name.slice(0, at), role: name.slice(at + 1), shape, values };
    });
    return { path, sha256: createHash('sha256').update(bytes).digest('hex'), weights };
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
  given: readonly WeightValues[],
  own: readonly {
    readonly layer: string;
    readonly role: string;
    readonly shape: readonly number[];
  }[],
): void {
  const shapes = new Map(given.map(({ layer, role, shape }) => [`${layer}/${role}`, shape]));
  for (const { layer, role, shape } of own) {
    const found = shapes.get(`${layer}/${role}`);
    if (found?.join() === shape.join()) continue;
    const there = found === undefined ? 'not among them' : `[${found.join(', ')}] in the file`;
    throw new AppError(
      'bad-project',
      `The weights to start from do not fit the network: ${layer}/${role} is [${shape.join(', ')}] here and ${there}.`,
      'Give weights of exactly this network, or have them drawn ("initialWeights": null in the project).',
    );
  }
}
