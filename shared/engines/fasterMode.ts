export interface ModeTiming {
  /** Recording, loading or compiling, and the first steps. */
  readonly firstCallMs: number;
  readonly msPerStep: number;
}

/**
 * XLA's first call against the interpreter's, which records the same step on the same machine: 4.9 to 9.4
 * times as long for dense, convolutional, recurrent and normalised networks.
 */
const XLA_COMPILES_AT_LEAST = 5;

/**
 * Whether XLA can pay off, given the interpreter's timing: it is compiled twice, to be measured and for the
 * run, and a run that the interpreter finishes before that is over sooner without it.
 */
export function isXlaWorthTrying({ firstCallMs, msPerStep }: ModeTiming, steps: number): boolean {
  return msPerStep * steps > 2 * XLA_COMPILES_AT_LEAST * firstCallMs;
}

/** The mode that finishes a run of `steps` steps sooner. */
export function fasterMode(graph: ModeTiming, xla: ModeTiming, steps: number): 'graph' | 'xla' {
  const total = ({ firstCallMs, msPerStep }: ModeTiming) => firstCallMs + msPerStep * steps;
  return total(xla) < total(graph) ? 'xla' : 'graph';
}
