import { z } from 'zod';

/** How steps are run: operation by operation, or as a compiled loop in one of two ways. */
export const engineModes = ['eager', 'graph', 'xla'] as const;
export const engineModeSchema = z.enum(engineModes);
export type EngineMode = z.infer<typeof engineModeSchema>;

/** What can be asked for: `auto` measures the compiled ones and takes the faster. */
export const engineChoiceSchema = z.enum(['auto', ...engineModes]);
export type EngineChoice = z.infer<typeof engineChoiceSchema>;

/** What a run was asked to use and what it used. All runs that are compared use the same mode. */
export const engineSelectionSchema = z.strictObject({
  asked: engineChoiceSchema,
  mode: engineModeSchema,
});
export type EngineSelection = z.infer<typeof engineSelectionSchema>;

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
