export interface ModeTiming {
  /** Recording, loading or compiling, and the first steps. */
  readonly firstCallMs: number;
  readonly msPerStep: number;
}

/** The fastest compilation by XLA observed; a shorter run is over before that. */
const XLA_COMPILES_AT_LEAST_MS = 400;

/** Whether XLA can pay off, given the interpreter's timing. */
export function isXlaWorthTrying(graph: ModeTiming, steps: number): boolean {
  return graph.msPerStep * steps > XLA_COMPILES_AT_LEAST_MS;
}

/** The mode that finishes a run of `steps` steps sooner. */
export function fasterMode(graph: ModeTiming, xla: ModeTiming, steps: number): 'graph' | 'xla' {
  const total = ({ firstCallMs, msPerStep }: ModeTiming) => firstCallMs + msPerStep * steps;
  return total(xla) < total(graph) ? 'xla' : 'graph';
}
