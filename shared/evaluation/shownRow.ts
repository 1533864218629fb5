import type { InputColumn } from '../data/table/inputColumn';

/** A row of a run's data, as its network got it and as people know it. */
export interface ShownRow {
  /** Of a picture its path in the folder; else null. */
  readonly file: string | null;
  /** Axes of the row. */
  readonly shape: readonly number[];
  /** As the network got them. */
  readonly values: Float32Array;
  /** Of a table: what was in its cells. */
  readonly cells: readonly { readonly name: string; readonly text: string }[] | null;
}

/** What was in a table's cells, from what became of them. */
export function cellsOf(
  values: Float32Array,
  columns: readonly InputColumn[],
): readonly { readonly name: string; readonly text: string }[] {
  let at = 0;
  return columns.map((column) => {
    const width = widthOf(column);
    const own = values.subarray(at, at + width);
    at += width;
    return { name: column.name, text: textOf(own, column) };
  });
}

function widthOf({ role, categories = [], length = 1 }: InputColumn): number {
  return role === 'one-hot' ? categories.length : role === 'tokens' ? length : 1;
}

function textOf(
  own: Float32Array,
  { role, categories = [], mean, deviation }: InputColumn,
): string {
  const [value = 0] = own;
  switch (role) {
    case 'one-hot':
      return categories[own.indexOf(1)] ?? '';
    case 'ordinal':
    case 'index':
      return categories[value] ?? String(value);
    case 'tokens':
      return [...own]
        .flatMap((place) => (place === 0 ? [] : (categories[place - 2] ?? '…')))
        .join(' ');
    case 'number': {
      const raw = mean === undefined || deviation === undefined ? value : value * deviation + mean;
      // Scaled and rounded to 32 bits, it has about seven digits.
      return String(Number(raw.toPrecision(6)));
    }
  }
}
