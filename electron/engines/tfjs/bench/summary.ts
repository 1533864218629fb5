/** One line of the bench's output. */
export interface Row {
  readonly net: string;
  readonly engine: string;
  readonly msPerStep: number;
  readonly firstCallMs: number;
  readonly rssMiB: number;
}

/** What one engine took on one net: a row to print, and milliseconds per step in each round. */
export interface Timing {
  readonly row: Row;
  readonly rounds: readonly number[];
}

const own: readonly string[] = ['layers', 'eager', 'graph', 'xla', 'auto'];

/**
 * Ratios of one run, by what they compare; above 1 the second is faster. Each is the median of
 * the rounds' ratios: a slow spell of the machine affects both sides of a round.
 */
export function summaryOf(timings: readonly Timing[]): Readonly<Record<string, number>> {
  const summary: Record<string, number> = {};
  for (const net of new Set(timings.map(({ row }) => row.net))) {
    const rounds = new Map(
      timings.filter(({ row }) => row.net === net).map((own) => [own.row.engine, own.rounds]),
    );
    const note = (slow: string, fast: string) => {
      const [over, under] = [rounds.get(slow), rounds.get(fast)];
      if (over === undefined || under === undefined) return;
      const ratio = median(over.map((ms, round) => ms / (under[round] as number)));
      summary[`${net}: ${slow}/${fast}`] = Number(ratio.toPrecision(3));
    };
    for (const engine of ['eager', 'graph', 'xla', 'auto']) note('layers', engine);
    for (const peer of rounds.keys()) if (!own.includes(peer)) note(peer, 'auto');
  }
  return summary;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
