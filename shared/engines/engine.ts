import { countText } from '../lib/countText';
import type { z } from 'zod';

/** A fact about what ran, shown to the user: if it differs, numbers may round differently. */
export interface EngineFact {
  readonly label: string;
  readonly value: string;
}

/** What an engine can do; anything else is refused, or noted, in advance. */
export interface EngineCapabilities {
  /** Whether its compiled modes can be timed to use the faster one (`auto`). */
  readonly choosesMode: boolean;
  /**
   * `streams`: dropout derives its masks from seeds passed in, the same on every engine that
   * does. `own`: from the engine's own generator.
   */
  readonly dropout: 'streams' | 'own';
  /** Whether a resumed run gives the same bits as an uninterrupted one. */
  readonly isResumable: boolean;
  /** Whether one step can be repeated with every tensor hashed, to name the first that differs. */
  readonly canNameTensor: boolean;
  /** When rows can change from epoch to epoch: under every regime, or only where orders are given. */
  readonly changesRows: 'always' | 'controlled';
}

/**
 * One engine: all that the rest of the lab knows about it. `Ran` is what it records about itself and the
 * machine, as written to run.json.
 */
export interface EngineDefinition<Mode extends string, Ran> {
  readonly label: string;
  /** The library that computes, and where it is published. */
  readonly library: { readonly name: string; readonly url: string };
  /** Its modes with their labels; a run uses one of them. */
  readonly modes: Readonly<Record<Mode, string>>;
  readonly ranSchema: z.ZodType<Ran>;
  readonly versionOf: (ran: Ran) => string;
  /** What else moves the state that it shuffles from, said where rows come in another order; null if nothing does. */
  readonly orderNote: string | null;
  /** Whether what the protocols expect was measured with this version of it. */
  readonly isAsMeasured: (ran: Ran) => boolean;
  readonly factsOf: (ran: Ran) => readonly EngineFact[];
  readonly capabilities: EngineCapabilities;
  /** Names of the random streams that it draws from under the global regime. */
  readonly streams: { readonly initialiser: string; readonly dropout: string };
  /** What its first use installs, as text for the user; null if nothing. */
  readonly installs: string | null;
}

/** Defines an engine, keeping its exact types. */
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
  return countText(threads, 'thread');
}
