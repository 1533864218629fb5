import { escaped } from '../bundle/lossPicture';
import { MinMaxPyramid } from './minMaxPyramid';

export interface SvgCurve {
  readonly label: string;
  readonly colour: string;
  readonly isDashed: boolean;
  readonly values: Float32Array;
}

export interface SvgPanel {
  readonly title: string;
  readonly isLog: boolean;
  readonly curves: readonly SvgCurve[];
}

const [WIDTH, PANEL, LEFT, RIGHT, TOP, BOTTOM] = [800, 300, 72, 16, 44, 40];
const COLUMNS = 700;
const TICKS = 5;

/**
 * Panels one under the other as a file of its own, with axes, ticks and a legend.
 * @param from first step that is shown @param to last one
 */
export function curvesSvg(panels: readonly SvgPanel[], from: number, to: number): string {
  const height = PANEL * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1c1c1a">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...panels.flatMap((panel, index) => [
      `<g transform="translate(0 ${index * PANEL})">`,
      ...panelLines(panel, from, to),
      '</g>',
    ]),
    '</svg>',
    '',
  ].join('\n');
}

function panelLines({ title, isLog, curves }: SvgPanel, from: number, to: number): string[] {
  const scaled = (value: number) => (isLog ? Math.log10(value) : value);
  const points = curves.map(({ values }) =>
    new MinMaxPyramid(values)
      .between(from, to, COLUMNS)
      .filter(({ x, y }) => x >= from && x <= to && Number.isFinite(scaled(y))),
  );
  const all = points.flat().map(({ y }) => scaled(y));
  const low = all.reduce((least, own) => Math.min(least, own), all[0] ?? 0);
  const high = all.reduce((most, own) => Math.max(most, own), all[0] ?? 1);
  const span = high - low || 1;
  const [right, bottom] = [WIDTH - RIGHT, PANEL - BOTTOM];
  const x = (step: number) => LEFT + ((step - from) / Math.max(1, to - from)) * (right - LEFT);
  const y = (value: number) => bottom - ((scaled(value) - low) / span) * (bottom - TOP);
  const ticks = Array.from({ length: TICKS }, (_, index) => index / (TICKS - 1));
  const empty = all.length === 0 ? ' (nothing to draw)' : '';
  return [
    `<text x="${LEFT}" y="18" font-weight="600">${escaped(title + empty)}</text>`,
    ...legend(curves),
    ...ticks.map((share) => {
      const value = low + share * span;
      const at = bottom - share * (bottom - TOP);
      const shown = (isLog ? 10 ** value : value).toPrecision(4);
      return `<path d="M${LEFT} ${at.toFixed(1)}H${right}" stroke="#d9d9d5"/><text x="${LEFT - 6}" y="${(at + 4).toFixed(1)}" text-anchor="end">${shown}</text>`;
    }),
    ...ticks.map((share) => {
      const step = Math.round(from + share * (to - from));
      return `<path d="M${x(step).toFixed(1)} ${bottom}v5" stroke="#62625c"/><text x="${x(step).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${step}</text>`;
    }),
    `<path d="M${LEFT} ${TOP}V${bottom}H${right}" fill="none" stroke="#62625c"/>`,
    `<text x="${(LEFT + right) / 2}" y="${PANEL - 6}" text-anchor="middle">step</text>`,
    ...points.map((own, index) => {
      const { colour, isDashed } = curves[index] as SvgCurve;
      const path = own.map(
        (point, at) => `${at === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`,
      );
      const dash = isDashed ? ' stroke-dasharray="6 4"' : '';
      return `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="1.5"${dash}/>`;
    }),
  ];
}

/** One entry beside the other; long names are cut. */
function legend(curves: readonly SvgCurve[]): string[] {
  const width = (WIDTH - LEFT - RIGHT) / Math.max(1, curves.length);
  return curves.map(({ label, colour, isDashed }, index) => {
    const left = LEFT + index * width;
    const most = Math.floor((width - 36) / 7);
    const text = label.length > most ? `${label.slice(0, most - 1)}…` : label;
    const dash = isDashed ? ' stroke-dasharray="6 4"' : '';
    return `<path d="M${left} 31h24" stroke="${colour}" stroke-width="2"${dash}/><text x="${left + 30}" y="35">${escaped(text)}</text>`;
  });
}
