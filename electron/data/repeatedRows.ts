import type { Dataset } from './dataset';

const [OFFSET, PRIME] = [0x811c9dc5, 0x01000193];

/**
 * How many rows have the inputs and the target of an earlier one, by 53 bits of a hash (FNV-1a in two halves).
 */
export function repeatedRows({ rows, features, inputs, labels, numbers }: Dataset): number {
  const words = new Int32Array(inputs.buffer, inputs.byteOffset, inputs.length);
  const width = numbers === null ? 1 : numbers.length / rows;
  const targets =
    numbers === null ? labels : new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    let [high, low] = [OFFSET, PRIME];
    const add = (word: number) => {
      high = Math.imul(high ^ word, PRIME);
      low = Math.imul(low ^ (word >>> 7) ^ high, 0x85ebca6b);
    };
    for (let at = row * features; at < (row + 1) * features; at++) add(words[at] as number);
    for (let at = row * width; at < (row + 1) * width; at++) add(targets[at] as number);
    seen.add((high >>> 11) * 2 ** 32 + (low >>> 0));
  }
  return rows - seen.size;
}

/** A note on rows that are there more than once; none if there are none. */
export function repeatedNote(dataset: Dataset): string[] {
  const count = repeatedRows(dataset);
  if (count === 0) return [];
  const what = count === 1 ? 'One row is' : `${count.toLocaleString('en')} rows are`;
  return [
    `${what} the same as an earlier one: where rows are held out, the network may have seen them.`,
  ];
}
