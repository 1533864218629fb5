import type { Dataset } from './dataset';

const [OFFSET, PRIME, FACTOR] = [0x811c9dc5, 0x01000193, 0x85ebca6b];

interface Repeated {
  /** Rows with the inputs and the target of an earlier one. */
  readonly rows: number;
  /** Those of them that are held out in a file of their own, while the earlier one is trained on. */
  readonly across: number;
}

/** Words of a row that are looked at first. */
const SAMPLED = 64;

/**
 * Compared by 53 bits of a hash. Rows that differ in some of their words are not looked at further, which of
 * large pictures is nearly all.
 */
export function repeatedRows(dataset: Dataset): Repeated {
  const { rows, features, heldOut } = dataset;
  const trained = heldOut?.by === 'file' ? rows - heldOut.rows : rows;
  const sample = rowHash(dataset, SAMPLED);
  const sampled = new Float64Array(rows);
  for (let row = 0; row < rows; row++) sampled[row] = sample(row);
  if (features <= SAMPLED) return counted(sampled, trained);
  const sorted = sampled.slice().sort();
  const alike = sorted.filter((hash, at) => hash === sorted[at - 1]);
  const whole = rowHash(dataset, features);
  const hashes: number[] = [];
  let before = 0;
  for (let row = 0; row < rows; row++) {
    if (!isAmong(alike, sampled[row] as number)) continue;
    hashes.push(whole(row));
    if (row < trained) before++;
  }
  return counted(Float64Array.from(hashes), before);
}

/**
 * Sorted numbers are compared: a set of a million takes ten times their memory.
 * @param hashes of rows; the first `trained` of them are trained on
 */
function counted(hashes: Float64Array, trained: number): Repeated {
  const aside = hashes.slice(trained);
  const own = hashes.subarray(0, trained).sort();
  const across = aside.reduce((count, hash) => count + (isAmong(own, hash) ? 1 : 0), 0);
  const all = hashes.sort();
  return {
    rows: all.reduce((count, hash, at) => count + (hash === all[at - 1] ? 1 : 0), 0),
    across,
  };
}

/** FNV-1a in two halves over a row's target and at most `most` of its words, evenly spread. */
function rowHash(
  { rows, features, inputs, labels, numbers }: Dataset,
  most: number,
): (row: number) => number {
  const words = new Int32Array(inputs.buffer, inputs.byteOffset, inputs.length);
  const width = numbers === null ? 1 : numbers.length / rows;
  const targets =
    numbers === null ? labels : new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const stride = Math.max(1, Math.ceil(features / most));
  return (row) => {
    let high = OFFSET;
    let low = PRIME;
    // Written out twice: a function between takes twice the time.
    for (let at = row * features; at < (row + 1) * features; at += stride) {
      const word = words[at] as number;
      high = Math.imul(high ^ word, PRIME);
      low = Math.imul(low ^ (word >>> 7) ^ high, FACTOR);
    }
    for (let at = row * width; at < (row + 1) * width; at++) {
      const word = targets[at] as number;
      high = Math.imul(high ^ word, PRIME);
      low = Math.imul(low ^ (word >>> 7) ^ high, FACTOR);
    }
    return (high >>> 11) * 2 ** 32 + (low >>> 0);
  };
}

/** @param sorted in ascending order */
function isAmong(sorted: Float64Array, wanted: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}

/** A note on rows that are there more than once; none if there are none. */
export function repeatedNote(dataset: Dataset): string[] {
  const { rows, across } = repeatedRows(dataset);
  if (rows === 0) return [];
  const are = (count: number, noun: string) =>
    count === 1 ? `One ${noun} is` : `${count.toLocaleString('en')} ${noun}s are`;
  const what = `${are(rows, 'row')} the same as an earlier one`;
  // What a share of the rows holds out is decided only when training starts.
  if (dataset.heldOut === null) {
    return [`${what}: where rows are held out, the network may have seen them.`];
  }
  if (across === 0) return [`${what}.`];
  return [
    `${what}. ${are(across, 'row')} held out although the same row is trained on: validation may look better than it is.`,
  ];
}
