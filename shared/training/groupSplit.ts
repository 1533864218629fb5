import { permutation } from '../random/distributions';
import { streamFor, type Generator } from '../random/streams';
import type { CountedRows, HeldOut } from './heldOut';
import type { TrainingConfig } from './trainingConfig';

type Split = Pick<TrainingConfig, 'validationSplit' | 'validationFrom'>;

/**
 * The groups whose rows are held out. In a drawn order, each is taken that brings the number of rows nearer to
 * the share that is wanted; at least one group is left to train on.
 *
 * @param sizes rows of each group
 * @param share of all rows, from 0 to 1
 */
export function heldOutGroups(
  sizes: readonly number[],
  share: number,
  draw: Generator,
): ReadonlySet<number> {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const wanted = rows - Math.floor(rows * (1 - share));
  const taken = new Set<number>();
  let held = 0;
  for (const group of permutation(draw, sizes.length)) {
    const size = sizes[group] as number;
    if (taken.size === sizes.length - 1) break;
    if (Math.abs(wanted - held - size) >= Math.abs(wanted - held)) continue;
    taken.add(group);
    held += size;
  }
  return taken;
}

/** Training rows, then the rows of the groups that are held out, each in their original order. */
export function groupedOrder(
  groups: Int32Array,
  held: ReadonlySet<number>,
): { readonly order: Uint32Array; readonly heldOut: HeldOut } {
  const rows = Uint32Array.from(groups, (_, row) => row);
  const isHeld = (row: number) => held.has(groups[row] as number);
  const aside = rows.filter(isHeld);
  const order = new Uint32Array(rows.length);
  order.set(rows.filter((row) => !isHeld(row)));
  order.set(aside, rows.length - aside.length);
  return { order, heldOut: { rows: aside.length, by: 'groups' } };
}

/** How many rows of a data set are held out, from what is known about it without its rows. */
export function splitRows(
  { rows, heldOut, groupSizes }: CountedRows & { readonly groupSizes: readonly number[] | null },
  { validationFrom, validationSplit }: Split,
  seed: string,
): CountedRows {
  if (heldOut || groupSizes === null || validationFrom !== 'groups' || validationSplit === 0) {
    return { rows, heldOut };
  }
  const held = heldOutGroups(groupSizes, validationSplit, splitStream(seed));
  const aside = [...held].reduce((sum, group) => sum + (groupSizes[group] as number), 0);
  return { rows, heldOut: { rows: aside, by: 'groups' } };
}

/** What a seed draws a split from. */
export function splitStream(seed: string): Generator {
  return streamFor(seed, { purpose: 'split' });
}
