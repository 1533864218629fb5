/** Batches of row numbers, which share the memory of `rows`; the last may be smaller. */
export function batchesOf(rows: Uint32Array, batchSize: number): Int32Array[] {
  // Plain views rather than `subarray`, which looks up its constructor first: epochs may have only a
  // few steps of some microseconds each.
  const batches: Int32Array[] = [];
  for (let at = 0; at < rows.length; at += batchSize) {
    const size = Math.min(batchSize, rows.length - at);
    batches.push(new Int32Array(rows.buffer, rows.byteOffset + 4 * at, size));
  }
  return batches;
}
