import type { Style } from '../architecture/architecture';
import type { ReplayedRun } from '../bundle/replay';
import type { WireError } from '../lib/appError';
import type { PairKind } from '../protocols/pairs';
import type { ProtocolResult } from '../protocols/protocolResult';
import type { Comparison } from '../runs/divergence/compareRuns';
import type { EngineChoice } from '../engines/engineCatalog';
import type { RunEvent } from './wire';

/** A run that an experiment will train. Its id is the run's everywhere, from here to its records. */
export interface PlannedRun {
  readonly id: string;
  /** As people are told of it. */
  readonly label: string;
  readonly style: Style;
  readonly engine: EngineChoice;
  /** How many it will take. */
  readonly steps: number;
  /** Of a protocol: the pair that it belongs to, and whether it is the first of it. */
  readonly pair: {
    readonly protocol: number;
    readonly kind: PairKind;
    readonly isFirst: boolean;
  } | null;
}

/** What an experiment tells while it trains, in order. */
export type TrainingEvent =
  | { readonly type: 'planned'; readonly runs: readonly PlannedRun[] }
  /** Where its runs lie. */
  | { readonly type: 'folder'; readonly folder: string }
  /** What takes a while before anything trains, such as an installation. */
  | { readonly type: 'preparing'; readonly what: string }
  /** Something about the data that one might not expect. */
  | { readonly type: 'note'; readonly text: string }
  | RunEvent
  /** A training process ended before its script did, or refused it. */
  | {
      readonly type: 'process-failed';
      readonly runs: readonly string[];
      readonly error: WireError;
    }
  /** The process of a run is gone; its records are complete. */
  | { readonly type: 'run-closed'; readonly run: string; readonly folder: string }
  /** Of one protocol. */
  | { readonly type: 'result'; readonly result: ProtocolResult }
  /** What a project's runs show; null where there is only one style. */
  | {
      readonly type: 'compared';
      readonly comparison: Comparison | null;
      readonly runFolders: Readonly<Partial<Record<Style, string>>>;
    }
  /** Of a replay. */
  | { readonly type: 'replayed'; readonly result: ReplayedRun };
