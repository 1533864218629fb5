/** One line of the bench's output. */
export interface Row {
  readonly net: string;
  readonly engine: string;
  readonly msPerStep: number;
  readonly firstCallMs: number;
  readonly rssMiB: number;
}

const own: readonly string[] = ['layers', 'eager', 'graph', 'xla', 'auto'];

/**
 * Ratios of one run, by what they compare; above 1 the second is the faster.
 */
export function summaryOf(rows: readonly Row[]): Readonly<Record<string, number>> {
  const summary: Record<string, number> = {};
  for (const net of new Set(rows.map((row) => row.net))) {
    const ms = new Map(
      rows.filter((row) => row.net === net).map((row) => [row.engine, row.msPerStep]),
    );
    const note = (slow: string, fast: string, ratio: number) => {
      summary[`${net}: ${slow}/${fast}`] = Number(ratio.toPrecision(3));
    };
    const auto = ms.get('auto') ?? NaN;
    const layers = ms.get('layers');
    for (const engine of ['eager', 'graph', 'xla', 'auto']) {
      const fast = ms.get(engine);
      if (layers !== undefined && fast !== undefined) note('layers', engine, layers / fast);
    }
    for (const [peer, slow] of ms) if (!own.includes(peer)) note(peer, 'auto', slow / auto);
  }
  return summary;
}
