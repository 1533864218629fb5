import type { Cause, Controls } from '../runs/divergence/cause';
import type { Verdict } from '../runs/divergence/compareRuns';
import type { FirstDifference } from '../runs/divergence/firstDifference';
import type { EngineChoice, EngineRecord } from '../engines/engineCatalog';
import type { Expected } from './protocols';

/** A loss as JSON can hold it: a value that is not finite is written as text. */
export type JsonLoss = number | 'NaN' | 'Infinity' | '-Infinity' | null;

/** One line of `lab article --json`. */
export interface ProtocolResult {
  readonly protocol: number;
  /** The engine that it was asked for. */
  readonly asked: EngineChoice;
  readonly name: string;
  /** What the engine should give; null where that was not measured with its version. */
  readonly expected: Expected | null;
  readonly verdict: Verdict;
  readonly controls: Controls;
  /** Null if nothing could be verified. */
  readonly cause: Cause | null;
  readonly initialWeightsEqual: boolean;
  readonly batchOrderEqual: boolean;
  readonly firstDifference: FirstDifference | null;
  /** Loss of the last step: Sequential, subclass. */
  readonly finalLoss: readonly [JsonLoss, JsonLoss];
  readonly steps: number;
  readonly seed: string;
  readonly engine: EngineSummary | null;
  readonly runFolders: readonly [string, string];
  /** Same order of rows from different states of the generator, by chance. */
  readonly shufflesCoincide: boolean;
  /** Only with not_verified. */
  readonly reason?: string;
  /** The protocol that makes the styles equal, where their difference comes from shared random state. */
  readonly repair: { readonly protocol: number; readonly sentence: string } | null;
  readonly notes: readonly string[];
}

type OfTfjs = Extract<EngineRecord, { readonly tfjs: string }>;
export type EngineSummary = Omit<OfTfjs, 'tfjs'> | Exclude<EngineRecord, OfTfjs>;

export function summaryOf(engine: EngineRecord): EngineSummary {
  if (!('tfjs' in engine)) return engine;
  const { tfjs: _, ...rest } = engine;
  return rest;
}

export function jsonLoss(loss: number | undefined): JsonLoss {
  if (loss === undefined) return null;
  return Number.isFinite(loss) ? loss : (String(loss) as JsonLoss);
}

/**
 * Whether a result is what the protocol should give. A few rows may be shuffled the same way twice
 * by chance; a note says so, and it is not a failure of the protocol.
 */
export function isAsExpected({ verdict, expected, shufflesCoincide }: ProtocolResult): boolean {
  if (expected === null) return verdict !== 'not_verified';
  if (verdict === expected) return true;
  return verdict === 'exact' && expected === 'different' && shufflesCoincide;
}
