import { INPUT, layersOf, type Architecture } from './architecture';
import { innerLayer } from './layerCatalog';

/** Most layers that are spelled out. */
const MOST = 6;

/** A network in a line: `4, dense 64, dense 3`; equal neighbours once, with their count. */
export function networkText(architecture: Architecture): string {
  const layers = layersOf(architecture).map((layer) => {
    const { units, filters } = (innerLayer(layer) ?? layer) as { units?: number; filters?: number };
    const size = units ?? filters;
    const name =
      layer.kind === 'timeDistributed' ? `${layer.kind} ${layer.layer.kind}` : layer.kind;
    return size === undefined ? name : `${name} ${size}`;
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
