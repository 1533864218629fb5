import { writeFileSync } from 'node:fs';
import type { Row } from './summary';

const [WIDTH, LABEL, BAR, GAP] = [760, 200, 16, 6];
const isOurs = (engine: string) => ['graph', 'xla'].includes(engine);

/**
 * Draws milliseconds a step as bars, one panel a net, on a logarithmic axis: one glance says who is
 * how many times faster. `auto` is one of the others and not drawn again. Plain SVG without script or font.
 */
export function writePlot(file: string, rows: readonly Row[]): void {
  let y = 8;
  const parts: string[] = [];
  for (const net of new Set(rows.map((row) => row.net))) {
    const own = rows
      .filter((row) => row.net === net && row.engine !== 'auto')
      .sort((a, b) => a.msPerStep - b.msPerStep);
    const [least, most] = [own[0]?.msPerStep ?? 1, own.at(-1)?.msPerStep ?? 1];
    const length = (ms: number) =>
      24 + ((WIDTH - LABEL - 120) * Math.log(ms / least)) / Math.max(Math.log(most / least), 1e-9);
    y += 22;
    parts.push(`<text x="8" y="${y}" font-weight="bold">${net}: ms a step</text>`);
    y += 10;
    for (const { engine, msPerStep } of own) {
      const width = length(msPerStep).toFixed(1);
      parts.push(
        `<text x="${LABEL - 8}" y="${y + BAR - 4}" text-anchor="end">${engine}</text>`,
        `<rect x="${LABEL}" y="${y}" width="${width}" height="${BAR}" fill="${isOurs(engine) ? '#2f6fb3' : '#9aa5b1'}"/>`,
        `<text x="${(LABEL + Number(width) + 6).toFixed(1)}" y="${y + BAR - 4}">${msPerStep}</text>`,
      );
      y += BAR + GAP;
    }
  }
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`,
  );
}
