import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeError } from '../../files/writeFolder';

/** Rows of a block; with 50 columns it has 1.6 MB. */
const BLOCK_ROWS = 4_096;
/** Blocks up to so many numbers stay in memory. */
const MOST_HELD = 1024 * 1024;

/** Some rows of a table, column by column. */
export interface Block {
  readonly rows: number;
  readonly columns: readonly Float64Array[];
}

/**
 * Columns of doubles whose rows are read once and then used several times. A large table waits in a file, so
 * that memory holds one block of it: means need every row before the first one can be scaled.
 */
export class RawTable {
  readonly #width: number;
  readonly #blockRows: number;
  readonly #path: string;
  readonly #held: Float64Array[] = [];
  #file: number | null = null;
  #blocks = 0;
  #current: Float64Array;
  #filled = 0;
  rows = 0;
  /** Whether a cell is missing (NaN). */
  hasMissing = false;

  /** @param folder for the file, which is removed with the table */
  constructor(width: number, folder: string) {
    this.#width = width;
    // A wide table has short blocks.
    this.#blockRows = Math.max(
      64,
      Math.min(BLOCK_ROWS, Math.floor(MOST_HELD / Math.max(1, width))),
    );
    this.#path = join(folder, 'raw.f64');
    this.#current = this.#fresh();
  }

  /** Adds rows. @param columns of `rows` numbers each */
  add(rows: number, columns: readonly Float64Array[]): void {
    for (let done = 0; done < rows;) {
      const taken = Math.min(rows - done, this.#blockRows - this.#filled);
      columns.forEach((own, at) => {
        this.#current.set(own.subarray(done, done + taken), at * this.#blockRows + this.#filled);
      });
      done += taken;
      this.rows += taken;
      this.#filled += taken;
      if (this.#filled === this.#blockRows) this.#keep();
    }
  }

  /** All rows, in their order. A block is valid until the next one is asked for. */
  *blocks(): Generator<Block> {
    let left = this.rows;
    const piece = this.#file === null ? null : this.#fresh();
    for (let block = 0; left > 0; block++) {
      const rows = Math.min(left, this.#blockRows);
      const numbers = this.#block(block, piece);
      const columns = Array.from({ length: this.#width }, (_, column) =>
        numbers.subarray(column * this.#blockRows, column * this.#blockRows + rows),
      );
      yield { rows, columns };
      left -= rows;
    }
  }

  /** Forgets all rows. */
  clear(): void {
    this.close();
    this.#held.length = 0;
    [this.#blocks, this.#filled, this.rows, this.hasMissing] = [0, 0, 0, false];
  }

  close(): void {
    if (this.#file === null) return;
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    this.#file = null;
  }

  #fresh(): Float64Array {
    return new Float64Array(this.#width * this.#blockRows);
  }

  #keep(): void {
    if (this.#file === null && (this.#blocks + 1) * this.#current.length <= MOST_HELD) {
      this.#held.push(this.#current);
      this.#current = this.#fresh();
    } else {
      this.#write();
    }
    this.#blocks++;
    this.#filled = 0;
  }

  #write(): void {
    try {
      if (this.#file === null) {
        this.#file = openSync(this.#path, 'w+');
        for (const [block, numbers] of this.#held.entries()) this.#put(block, numbers);
        this.#held.length = 0;
      }
      this.#put(this.#blocks, this.#current);
    } catch (error) {
      throw writeError(error, this.#path);
    }
  }

  #put(block: number, numbers: Float64Array): void {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    for (let done = 0; done < bytes.length;) {
      done += writeSync(
        this.#file as number,
        bytes,
        done,
        bytes.length - done,
        block * bytes.length + done,
      );
    }
  }

  #block(block: number, piece: Float64Array | null): Float64Array {
    if (block === this.#blocks) return this.#current;
    if (this.#file === null) return this.#held[block] as Float64Array;
    const bytes = new Uint8Array((piece as Float64Array).buffer);
    for (let done = 0; done < bytes.length;) {
      const read = readSync(
        this.#file,
        bytes,
        done,
        bytes.length - done,
        block * bytes.length + done,
      );
      if (read === 0) throw new Error('The waiting rows are cut off');
      done += read;
    }
    return piece as Float64Array;
  }
}
