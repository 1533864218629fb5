import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { TracedValue } from '../../../../shared/explain/stepTrace';
import type { Binding } from '../trace/nativeBackend';

/** Most bytes of values that are kept; hashes are made of all. */
const MOST_BYTES = 1024 ** 3;

/** Notes native tensors by their ids: shape, hash and, while there is room, bytes in a file. */
export class ValueSink {
  readonly values: TracedValue[] = [];
  readonly #native: Binding;
  readonly #file: number;
  readonly #places = new Map<number, number>();
  #end = 0;

  constructor(native: Binding, path: string) {
    this.#native = native;
    this.#file = openSync(path, 'w');
  }

  /** The place of a tensor that was noted; undefined for any other. */
  placeOf(id: number): number | undefined {
    return this.#places.get(id);
  }

  /** Reads a tensor now: TensorFlow gives its id's memory to others later, never its id. */
  note(id: number, shape: readonly number[]): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const values = this.#native.tensorDataSync(id);
    const dtype =
      values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
    return this.#add(id, shape, dtype, values);
  }

  /** Numbers that are in no tensor. */
  noteNumbers(numbers: Float32Array): number {
    return this.#add(null, [numbers.length], 'float32', numbers);
  }

  close(): void {
    closeSync(this.#file);
  }

  #add(
    id: number | null,
    shape: readonly number[],
    dtype: TracedValue['dtype'],
    values: Float32Array | Int32Array | Uint8Array,
  ): number {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const sha256 = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    let offset: number | null = null;
    if (this.#end + bytes.length <= MOST_BYTES) {
      offset = this.#end;
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
      this.#end += bytes.length;
    }
    const place = this.values.push({ shape: [...shape], dtype, sha256, offset }) - 1;
    if (id !== null) this.#places.set(id, place);
    return place;
  }
}
