import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '../../shared/runs/safetensors';
import type { EpochOrder, Outcome, RunManifest, TensorRecord } from '../../shared/runs/run';
import { bytesOfValues, hashOfValues } from '../store/hashOfValues';
import { runFiles } from '../store/runFolder';
import { writeError } from '../store/writeFolder';
import type { WeightValues } from './engine/engine';

/**
 * Writes one run folder. Series are appended with a plain write for every batch of steps, so a
 * killed process loses nothing that was recorded; whole files appear under their name complete.
 */
export class Recorder {
  readonly #folder: string;
  readonly #open: { readonly losses: number; readonly rows: number; readonly orders: number };

  constructor(folder: string, manifest: RunManifest) {
    this.#folder = folder;
    this.#writeWhole(runFiles.manifest, pretty(manifest));
    this.#open = {
      losses: this.#append(runFiles.losses),
      rows: this.#append(runFiles.orderRows),
      orders: this.#append(runFiles.orders),
    };
  }

  /** @param values in snapshot order; each tensor's bytes are hashed as stored */
  initialWeights(values: readonly WeightValues[]): void {
    this.#snapshot(runFiles.initialWeights, runFiles.initialHashes, values);
  }

  finalWeights(values: readonly WeightValues[]): void {
    this.#snapshot(runFiles.finalWeights, runFiles.finalHashes, values);
  }

  losses(values: Float32Array): void {
    this.#write(this.#open.losses, bytesOfValues(values), runFiles.losses);
  }

  epochOrder(order: EpochOrder, rows: Uint32Array): void {
    this.#write(this.#open.rows, bytesOfValues(rows), runFiles.orderRows);
    this.#write(this.#open.orders, Buffer.from(`${JSON.stringify(order)}\n`), runFiles.orders);
  }

  outcome(outcome: Outcome): void {
    this.#writeWhole(runFiles.outcome, pretty(outcome));
  }

  close(): void {
    for (const file of Object.values(this.#open)) closeSync(file);
  }

  #snapshot(file: string, hashes: string, values: readonly WeightValues[]): void {
    const records: TensorRecord[] = values.map(({ layer, role, shape, values: own }) => ({
      layer,
      role,
      shape,
      sha256: hashOfValues(own),
    }));
    const tensors = values.map(({ layer, role, shape, values: own }) => ({
      name: `${layer}/${role}`,
      shape,
      values: own,
    }));
    this.#writeWhole(file, encodeSafetensors(tensors));
    this.#writeWhole(hashes, pretty(records));
  }

  #append(name: string): number {
    try {
      return openSync(join(this.#folder, name), 'a');
    } catch (error) {
      throw writeError(error, join(this.#folder, name));
    }
  }

  #writeWhole(name: string, content: string | Uint8Array): void {
    const path = join(this.#folder, name);
    try {
      const file = openSync(`${path}.part`, 'w');
      try {
        writeFully(file, typeof content === 'string' ? Buffer.from(content) : content);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.part`, path);
    } catch (error) {
      throw writeError(error, path);
    }
  }

  #write(file: number, bytes: Uint8Array, name: string): void {
    try {
      writeFully(file, bytes);
    } catch (error) {
      throw writeError(error, join(this.#folder, name));
    }
  }
}

/** A nearly full disk takes a part of a write and says so only by the count. */
function writeFully(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
