/** [32, 32, 3] -> 32 × 32 × 3 */
export function shapeText(shape: readonly number[]): string {
  return shape.join(' × ');
}

// Shared: creating one takes longer than drawing a layer.
const counts = new Intl.NumberFormat('en');

/** Whole numbers with separators that do not depend on the machine's language. */
export function countText(count: number): string {
  return counts.format(count);
}

/** Bytes in the largest unit that leaves a number of 1 or more. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(bytes || 1) / 10)));
  const value = bytes / 1024 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
