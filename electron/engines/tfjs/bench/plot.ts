import { writeFileSync } from 'node:fs';
import type { Row } from './summary';

const [WIDTH, LABEL, BAR, GAP, MARGIN] = [760, 120, 16, 6, 70];
const isOurs = (engine: string) => ['graph', 'xla'].includes(engine);

/**
 * Draws milliseconds per step as bars, one panel per net, all on one logarithmic axis of whole decades,
 * so that ratios can be compared at a glance, within and between panels. `auto` is one of the
 * others and not drawn again. Plain SVG without script or font.
 */
export function writePlot(file: string, rows: readonly Row[]): void {
  const drawn = rows.filter(({ engine }) => engine !== 'auto');
  const times = drawn.map(({ msPerStep }) => msPerStep);
  const from = Math.floor(Math.log10(Math.min(...times)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...times))));
  const decade = (WIDTH - LABEL - MARGIN) / (to - from);
  const at = (ms: number) => LABEL + decade * (Math.log10(ms) - from);
  const decades = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  let y = 20;
  const parts = [`<text x="8" y="${y}">Milliseconds per step, on a logarithmic axis</text>`];
  for (const net of new Set(drawn.map((row) => row.net))) {
    const own = drawn.filter((row) => row.net === net).sort((a, b) => a.msPerStep - b.msPerStep);
    y += 30;
    parts.push(`<text x="8" y="${y}" font-weight="bold">${net}</text>`);
    const bottom = y + 10 + own.length * (BAR + GAP);
    for (const ms of decades) {
      const x = at(ms).toFixed(1);
      parts.push(
        `<path d="M${x} ${y + 6}V${bottom}" stroke="#d5dae0"/>`,
        `<text x="${x}" y="${bottom + 14}" text-anchor="middle" fill="#5b6670">${Number(ms.toPrecision(1))}</text>`,
      );
    }
    y += 10;
    for (const { engine, msPerStep } of own) {
      const end = at(msPerStep).toFixed(1);
      parts.push(
        `<text x="${LABEL - 8}" y="${y + BAR - 4}" text-anchor="end">${engine}</text>`,
        `<path d="M${LABEL} ${y + BAR / 2}H${end}" stroke="${isOurs(engine) ? '#2f6fb3' : '#9aa5b1'}" stroke-width="${BAR}"/>`,
        `<text x="${Number(end) + 6}" y="${y + BAR - 4}">${msPerStep}</text>`,
      );
      y += BAR + GAP;
    }
    y += 16;
  }
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`,
  );
}
