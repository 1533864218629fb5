import type { z } from 'zod';

/** Something that ran, as people are told: what differs of it may round otherwise. */
export interface EngineFact {
  readonly label: string;
  readonly value: string;
}

/** What an engine can do; what it cannot is refused, or said, before it is asked to. */
export interface EngineCapabilities {
  /** Whether the faster of its compiled modes can be measured and taken (`auto`). */
  readonly choosesMode: boolean;
  /**
   * `streams`: dropout draws its masks from seeds that are handed in, the same on every engine that
   * does. `own`: from the engine's own generator.
   */
  readonly dropout: 'streams' | 'own';
  /** Whether an interrupted run goes on to the bits that it would have had. */
  readonly isResumable: boolean;
  /** Whether one step can be repeated with every tensor hashed, to name the first that differs. */
  readonly canNameTensor: boolean;
}

/**
 * One engine: all that the rest of the lab knows of it. `Ran` is what it records of itself and the
 * machine, as it stands in run.json.
 */
export interface EngineDefinition<Mode extends string, Ran> {
  readonly label: string;
  /** The library that computes, and where it is published. */
  readonly library: { readonly name: string; readonly url: string };
  /** Its modes with their labels; a run has one of them. */
  readonly modes: Readonly<Record<Mode, string>>;
  readonly ranSchema: z.ZodType<Ran>;
  readonly versionOf: (ran: Ran) => string;
  /** Whether what the protocols expect was measured with this version of it. */
  readonly isAsMeasured: (ran: Ran) => boolean;
  readonly factsOf: (ran: Ran) => readonly EngineFact[];
  readonly capabilities: EngineCapabilities;
  /** Where numbers come from under the global regime, as streams. */
  readonly streams: { readonly initialiser: string; readonly dropout: string };
  /** What is installed at its first use, as people are told; null where all of it is here. */
  readonly installs: string | null;
}

/** An engine with its types kept. */
export function defineEngine<Mode extends string, Ran>(
  definition: EngineDefinition<Mode, Ran>,
): EngineDefinition<Mode, Ran> {
  return definition;
}

/** What every engine records of the machine. */
export function factsOfMachine({ cpu }: { readonly cpu: string }): readonly EngineFact[] {
  return [{ label: 'processor', value: cpu }];
}

export function threadsText(threads: number): string {
  return `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
