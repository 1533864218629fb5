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
