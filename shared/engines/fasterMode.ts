export interface ModeTiming {
  /** Recording, loading or compiling, and the first steps. */
  readonly firstCallMs: number;
  readonly msPerStep: number;
}

/** Fastest compilation by XLA that was seen; a shorter run is over before. */
const XLA_COMPILES_AT_LEAST_MS = 400;

/** Whether XLA can pay off, given how the interpreter does. */
export function isXlaWorthTrying(graph: ModeTiming, steps: number): boolean {
  return graph.msPerStep * steps > XLA_COMPILES_AT_LEAST_MS;
}

/** The mode that ends a run of so many steps sooner. */
export function fasterMode(graph: ModeTiming, xla: ModeTiming, steps: number): 'graph' | 'xla' {
  const total = ({ firstCallMs, msPerStep }: ModeTiming) => firstCallMs + msPerStep * steps;
  return total(xla) < total(graph) ? 'xla' : 'graph';
}
