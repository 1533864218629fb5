import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { weightsFileAfter } from '../../shared/compare/measuredSteps';
import { encodeSafetensors } from '../../shared/runs/safetensors';
import type {
  EpochOrder,
  EpochRecord,
  Outcome,
  RunManifest,
  TensorRecord,
  WeightHash,
} from '../../shared/runs/run';
import { hasCallbacks } from '../../shared/training/callbacks/callbackConfig';
import type { CallbackRecord } from '../../shared/training/callbacks/callbackRecord';
import type { Script } from '../../shared/training/script';
import { bytesOfValues, hashOfValues } from './hashOfValues';
import { hashOfTensors } from './tensorHashes';
import { runFiles, seriesKeys, type SeriesKey } from '../../shared/runs/runFiles';
import { writeWhole } from '../files/writeFile';
import { writeError } from '../files/writeFolder';
import { tensorOf, type WeightValues } from './weightValues';
import { encodeSnapshot, snapshotFileAfter, type Snapshot } from './snapshot';

/** Written at the end of a run. */
const endFiles = [
  runFiles.outcome,
  runFiles.finalWeights,
  runFiles.finalHashes,
  runFiles.bestWeights,
  runFiles.bestHashes,
  runFiles.evaluations,
];

/**
 * Writes one run folder. Series are appended with a plain write for every call's steps, so a killed
 * process loses nothing that was shown on screen; other files get their name only once complete.
 */
export class Recorder {
  readonly #folder: string;
  readonly #open: ReadonlyMap<SeriesKey, number>;
  readonly #waiting = new Map<SeriesKey, Uint8Array[]>();
  readonly #format: RunManifest['format'];

  private constructor(
    folder: string,
    series: 'new' | 'going on',
    { format, randomness, dropout, training }: RunManifest,
  ) {
    this.#folder = folder;
    this.#format = format;
    // A series that would stay empty is not created.
    const hasDrawnDropout = format > 1 && randomness.regime === 'global' && dropout.length > 0;
    for (const name of endFiles) rmSync(join(folder, name), { force: true });
    const isUsed: Partial<Record<SeriesKey, boolean>> = {
      dropoutSeeds: hasDrawnDropout,
      callbacks: hasCallbacks(training.callbacks),
    };
    this.#open = new Map(
      seriesKeys
        .filter((key) => isUsed[key] ?? true)
        .map((key) => [key, this.#openSeries(runFiles[key], series === 'new' ? 'w' : 'a')]),
    );
  }

  /** Starts a run. What an earlier, interrupted attempt left in the folder is replaced. */
  static begin(folder: string, manifest: RunManifest, script: Script): Recorder {
    for (const name of [runFiles.snapshot, runFiles.dropoutSeeds, runFiles.callbacks]) {
      rmSync(join(folder, name), { force: true });
    }
    const recorder = new Recorder(folder, 'new', manifest);
    recorder.#writeWhole(runFiles.manifest, pretty(manifest));
    recorder.#writeWhole(runFiles.script, pretty(script));
    return recorder;
  }

  /** Resumes a run whose series were cut back to the snapshot that it resumes from. */
  static goOn(folder: string, manifest: RunManifest): Recorder {
    return new Recorder(folder, 'going on', manifest);
  }

  /** @param values in snapshot order; each tensor's bytes are hashed as stored */
  initialWeights(values: readonly WeightValues[]): void {
    this.#weights(runFiles.initialWeights, runFiles.initialHashes, values);
  }

  finalWeights(values: readonly WeightValues[]): void {
    this.#weights(runFiles.finalWeights, runFiles.finalHashes, values);
  }

  /** After the best epoch. */
  bestWeights(values: readonly WeightValues[]): void {
    this.#weights(runFiles.bestWeights, runFiles.bestHashes, values);
  }

  /** Only of a run that is trained again to be measured. */
  weightsAt(step: number, values: readonly WeightValues[]): void {
    this.#writeWhole(weightsFileAfter(step), encodeSafetensors(values.map(tensorOf)));
  }

  /** Only of a run that is trained again, to continue it from there. */
  stateAt(step: number, state: Snapshot): void {
    this.#flush();
    this.#writeWhole(snapshotFileAfter(step), encodeSnapshot(state));
  }

  losses(values: Float32Array): void {
    this.#flush();
    this.#append('losses', bytesOfValues(values));
  }

  /** @param values int32 [steps, calls, 2], of the steps whose losses come next */
  dropoutSeeds(values: Int32Array): void {
    if (this.#open.has('dropoutSeeds')) this.#later('dropoutSeeds', bytesOfValues(values));
  }

  epochOrder(order: EpochOrder, rows: Uint32Array): void {
    this.#later('orderRows', bytesOfValues(rows));
    this.#later('orders', jsonLine(order));
  }

  epoch(record: EpochRecord): void {
    this.#later('epochs', jsonLine(record));
  }

  callback(record: CallbackRecord): void {
    this.#later('callbacks', jsonLine(record));
  }

  /** @param values all weights, in snapshot order */
  weightHash(step: number, values: readonly WeightValues[]): void {
    const record: WeightHash = {
      step,
      ...(this.#format === 1 ? hashInCallOrder(values) : hashOfTensors(values)),
    };
    this.#later('weightHashes', jsonLine(record));
  }

  /** Replaces the previous snapshot. */
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
    this.#writeWhole(file, encodeSafetensors(values.map(tensorOf)));
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

  /** Buffered, to be written together: short epochs come by the hundred in a call. */
  #later(key: SeriesKey, bytes: Uint8Array): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [bytes]);
    else waiting.push(bytes);
  }

  #flush(): void {
    for (const [key, waiting] of this.#waiting) this.#append(key, Buffer.concat(waiting));
    this.#waiting.clear();
  }

  #append(key: SeriesKey, bytes: Uint8Array): void {
    try {
      writeFully(this.#open.get(key) as number, bytes);
    } catch (error) {
      throw writeError(error, join(this.#folder, runFiles[key]));
    }
  }
}

/** The hash of format 1, for resuming runs of that format. */
function hashInCallOrder(values: readonly WeightValues[]): { readonly sha256: string } {
  const hash = createHash('sha256');
  for (const { values: own } of values) hash.update(bytesOfValues(own));
  return { sha256: hash.digest('hex') };
}

function jsonLine(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/** Repeats the write as needed: a nearly full disk may write only part of it, and only the count tells. */
function writeFully(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
