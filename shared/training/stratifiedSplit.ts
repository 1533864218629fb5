import { permutation } from '../random/distributions';
import type { Generator } from '../random/streams';

/**
 * Training rows, then validation rows, each in their original order: a share of every class is
 * held out, and the remainders go to the classes with the largest fractions.
 *
 * @param labels class of each row
 * @param trained number of rows to train on
 * @returns row numbers, as many as labels
 */
export function stratifiedOrder(
  labels: Int32Array,
  classes: number,
  trained: number,
  draw: Generator,
): Uint32Array {
  const wanted = quotas(labels, classes, labels.length - trained);
  const isAside = new Uint8Array(labels.length);
  for (const row of permutation(draw, labels.length)) {
    const label = labels[row] as number;
    const left = wanted[label] as number;
    if (left === 0) continue;
    wanted[label] = left - 1;
    isAside[row] = 1;
  }
  const rows = Uint32Array.from(labels, (_, row) => row);
  const part = (aside: number) => rows.filter((row) => isAside[row] === aside);
  return Uint32Array.from([...part(0), ...part(1)]);
}

/** How many rows of each class are held out, by the largest-remainder method. */
function quotas(labels: Int32Array, classes: number, aside: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const exact = counts.map((count) => (count * aside) / labels.length);
  const whole = exact.map(Math.floor);
  const left = aside - whole.reduce((sum, own) => sum + own, 0);
  exact
    .map((own, label) => ({ label, rest: own - Math.floor(own) }))
    .sort((a, b) => b.rest - a.rest || a.label - b.label)
    .slice(0, left)
    .forEach(({ label }) => (whole[label] = (whole[label] ?? 0) + 1));
  return whole;
}
