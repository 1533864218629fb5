import { INPUT, layersOf, type Architecture } from './architecture';

/** Most layers that are spelled out. */
const MOST = 6;

/** A network in a line: `4, dense 64, dense 3`; equal neighbours once, with their count. */
export function networkText(architecture: Architecture): string {
  const layers = layersOf(architecture).map((layer) => {
    const size = 'units' in layer ? layer.units : 'filters' in layer ? layer.filters : null;
    return size === null ? layer.kind : `${layer.kind} ${size}`;
  });
  const parts: { text: string; count: number }[] = [];
  for (const text of layers) {
    const last = parts.at(-1);
    if (last?.text === text) last.count++;
    else parts.push({ text, count: 1 });
  }
  const texts = parts.map(({ text, count }) => (count === 1 ? text : `${count} × ${text}`));
  const [first, ...rest] = texts;
  const shown =
    texts.length <= MOST || first === undefined
      ? texts
      : [first, ...rest.slice(0, MOST - 3), '…', rest.at(-1) ?? ''];
  const { inputShape } = architecture;
  return [inputShape.join('×') || INPUT, ...shown].join(', ');
}
