import type { Block } from './rawTable';

/**
 * Watches columns for one that is the target under another name: the same number in every row, or for classes
 * values that repeat, each with one class, and the other way round.
 */
export class TargetAgain {
  readonly #target: number;
  readonly #isNumber: boolean;
  #rows = 0;
  /** For each column that may still be it: what its values went with, and back. */
  readonly #left: Map<
    number,
    { readonly there: Map<number, number>; readonly back: Map<number, number> }
  >;

  /**
   * @param columns places of the inputs
   * @param target place of the only target column
   * @param isNumber whether that is a number to predict
   */
  constructor(columns: readonly number[], target: number, isNumber: boolean) {
    this.#target = target;
    this.#isNumber = isNumber;
    this.#left = new Map(columns.map((at) => [at, { there: new Map(), back: new Map() }]));
  }

  take({ rows, columns }: Block): void {
    const target = columns[this.#target] as Float64Array;
    this.#rows += rows;
    for (const [at, { there, back }] of this.#left) {
      const own = columns[at] as Float64Array;
      for (let row = 0; row < rows; row++) {
        const [value, wanted] = [own[row] as number, target[row] as number];
        const isSame = this.#isNumber
          ? value === wanted
          : (there.get(value) ?? wanted) === wanted && (back.get(wanted) ?? value) === value;
        if (!isSame || Number.isNaN(value)) {
          this.#left.delete(at);
          break;
        }
        if (this.#isNumber) continue;
        there.set(value, wanted);
        back.set(wanted, value);
      }
    }
  }

  /** Places of the columns that are the target again. */
  found(): readonly number[] {
    return [...this.#left].flatMap(([at, { there }]) => {
      const repeats = there.size > 1 && this.#rows >= 2 * there.size;
      return this.#isNumber || repeats ? [at] : [];
    });
  }
}
