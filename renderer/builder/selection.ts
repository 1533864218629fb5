/**
 * What is selected after a click: one item alone, one more or one less, or all from the anchor on.
 * @param order every item, as shown
 */
export function selectionAfter(
  order: readonly string[],
  selected: ReadonlySet<string>,
  anchor: string | null,
  clicked: string,
  mode: 'one' | 'toggle' | 'range',
): string[] {
  if (mode === 'one') return [clicked];
  if (mode === 'toggle') {
    const others = [...selected].filter((name) => name !== clicked);
    return selected.has(clicked) ? others : [...others, clicked];
  }
  const from = order.indexOf(anchor ?? clicked);
  const to = order.indexOf(clicked);
  return order.slice(Math.min(from, to), Math.max(from, to) + 1);
}
