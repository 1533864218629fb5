import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { encodeSafetensors } from '../../shared/runs/safetensors';
import type {
  EpochOrder,
  EpochRecord,
  Outcome,
  RunManifest,
  TensorRecord,
  WeightHash,
} from '../../shared/runs/run';
import type { Script } from '../../shared/training/script';
import { bytesOfValues, hashOfValues } from '../store/hashOfValues';
import { runFiles } from '../store/runFolder';
import { writeWhole } from '../store/writeFile';
import { writeError } from '../store/writeFolder';
import type { WeightValues } from './engine/engine';
import { encodeSnapshot, type Snapshot } from './snapshot';

/** What grows during a run. */
const seriesFiles = [
  runFiles.losses,
  runFiles.orderRows,
  runFiles.orders,
  runFiles.epochs,
  runFiles.weightHashes,
] as const;
type SeriesFile = (typeof seriesFiles)[number];

/**
 * Writes one run folder. Series are appended with a plain write for every call's steps, so a killed
 * process loses nothing that the screen was shown; whole files appear under their name complete.
 */
export class Recorder {
  readonly #folder: string;
  readonly #open: ReadonlyMap<string, number>;
  readonly #waiting = new Map<SeriesFile, Uint8Array[]>();

  private constructor(folder: string, series: 'new' | 'going on') {
    this.#folder = folder;
    for (const name of [runFiles.outcome, runFiles.finalWeights, runFiles.finalHashes]) {
      rmSync(join(folder, name), { force: true });
    }
    this.#open = new Map(
      seriesFiles.map((name) => [name, this.#openSeries(name, series === 'new' ? 'w' : 'a')]),
    );
  }

  /** Begins a run. What an earlier, broken-off attempt left in the folder is replaced. */
  static begin(folder: string, manifest: RunManifest, script: Script): Recorder {
    rmSync(join(folder, runFiles.snapshot), { force: true });
    const recorder = new Recorder(folder, 'new');
    recorder.#writeWhole(runFiles.manifest, pretty(manifest));
    recorder.#writeWhole(runFiles.script, pretty(script));
    return recorder;
  }

  /** Goes on with a run whose series were cut to the snapshot that it goes on from. */
  static goOn(folder: string): Recorder {
    return new Recorder(folder, 'going on');
  }

  /** @param values in snapshot order; each tensor's bytes are hashed as stored */
  initialWeights(values: readonly WeightValues[]): void {
    this.#weights(runFiles.initialWeights, runFiles.initialHashes, values);
  }

  finalWeights(values: readonly WeightValues[]): void {
    this.#weights(runFiles.finalWeights, runFiles.finalHashes, values);
  }

  losses(values: Float32Array): void {
    this.#flush();
    this.#append(runFiles.losses, bytesOfValues(values));
  }

  epochOrder(order: EpochOrder, rows: Uint32Array): void {
    this.#later(runFiles.orderRows, bytesOfValues(rows));
    this.#later(runFiles.orders, jsonLine(order));
  }

  epoch(record: EpochRecord): void {
    this.#later(runFiles.epochs, jsonLine(record));
  }

  /** @param values all weights, in snapshot order */
  weightHash(step: number, values: readonly WeightValues[]): void {
    const hash = createHash('sha256');
    for (const { values: own } of values) hash.update(bytesOfValues(own));
    const record: WeightHash = { step, sha256: hash.digest('hex') };
    this.#later(runFiles.weightHashes, jsonLine(record));
  }

  /** Replaces the snapshot before. */
  snapshot(snapshot: Snapshot): void {
    this.#flush();
    this.#writeWhole(runFiles.snapshot, encodeSnapshot(snapshot));
  }

  outcome(outcome: Outcome): void {
    this.#flush();
    this.#writeWhole(runFiles.outcome, pretty(outcome));
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
  }

  #weights(file: string, hashes: string, values: readonly WeightValues[]): void {
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

  #openSeries(name: string, flags: 'w' | 'a'): number {
    try {
      return openSync(join(this.#folder, name), flags);
    } catch (error) {
      throw writeError(error, join(this.#folder, name));
    }
  }

  #writeWhole(name: string, content: string | Uint8Array): void {
    writeWhole(join(this.#folder, name), content);
  }

  /** Kept for one write with others: epochs of a few steps come by the hundred in a call. */
  #later(name: SeriesFile, bytes: Uint8Array): void {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, [bytes]);
    else waiting.push(bytes);
  }

  #flush(): void {
    for (const [name, waiting] of this.#waiting) this.#append(name, Buffer.concat(waiting));
    this.#waiting.clear();
  }

  #append(name: SeriesFile, bytes: Uint8Array): void {
    try {
      writeFully(this.#open.get(name) as number, bytes);
    } catch (error) {
      throw writeError(error, join(this.#folder, name));
    }
  }
}

function jsonLine(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/** A nearly full disk takes a part of a write and says so only by the count. */
function writeFully(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
