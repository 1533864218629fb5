import { decimate } from '../runs/decimate';

export interface PicturedCurve {
  readonly label: string;
  readonly colour: string;
  readonly isDashed: boolean;
  readonly losses: Float32Array;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 240, 56, 8, 8, 24];
const POINTS = 600;
const GRID_LINES = 4;

/** Loss against step as one self-contained SVG element. Equal curves give equal text. */
export function lossPicture(curves: readonly PicturedCurve[]): string {
  const points = curves.map(({ losses }) =>
    decimate(losses, POINTS).filter(({ y }) => Number.isFinite(y)),
  );
  const values = points.flat().map(({ y }) => y);
  if (values.length === 0) return '<p>No finite loss was recorded.</p>';
  const steps = Math.max(...points.flat().map(({ x }) => x));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const x = (step: number) => LEFT + ((step - 1) / Math.max(steps - 1, 1)) * (WIDTH - LEFT - RIGHT);
  const y = (loss: number) => TOP + ((high - loss) / span) * (HEIGHT - TOP - BOTTOM);
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, index) => {
    const loss = low + (span * index) / GRID_LINES;
    const at = y(loss).toFixed(1);
    return `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="#8884"/><text x="${LEFT - 4}" y="${at}" dy="4" text-anchor="end">${loss.toPrecision(4)}</text>`;
  });
  const lines = points.map((own, index) => {
    const { label, colour, isDashed } = curves[index] as PicturedCurve;
    const path = own.map(
      (point, at) => `${at === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`,
    );
    const dash = isDashed ? ' stroke-dasharray="6 4"' : '';
    return `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="1.5"${dash}><title>${escaped(label)}</title></path>`;
  });
  const names = curves.map(({ label }) => label).join(' and ');
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Loss by step: ${escaped(names)}" font-size="11" fill="currentColor">`,
    ...grid,
    `<text x="${LEFT}" y="${HEIGHT - 6}">1</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">step ${steps}</text>`,
    ...lines,
    '</svg>',
  ].join('\n');
}

/** Text escaped for HTML or SVG. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
