import type { Style } from '../architecture/architecture';
import type { ReplayedRun } from '../bundle/replay';
import type { TargetScale } from '../data/targetScale';
import type { WireError } from '../lib/appError';
import type { PairKind } from '../protocols/pairs';
import type { ProtocolResult } from '../protocols/protocolResult';
import type { Comparison } from '../runs/divergence/compareRuns';
import type { InstallProgress } from '../engines/environment';
import type { EngineChoice } from '../engines/engineCatalog';
import type { RunEvent } from './wire';

/** A run that an experiment will train. Its id is the run's everywhere, from here to its records. */
export interface PlannedRun {
  readonly id: string;
  /** Its name for the user. */
  readonly label: string;
  readonly style: Style;
  readonly engine: EngineChoice;
  /** How many steps it will take. */
  readonly steps: number;
  /** Under a protocol: the pair that it belongs to, and whether it is the first of the pair. */
  readonly pair: {
    readonly protocol: number;
    readonly kind: PairKind;
    readonly isFirst: boolean;
  } | null;
}

/** The events that an experiment reports, in order. */
export type TrainingEvent =
  | {
      readonly type: 'planned';
      readonly runs: readonly PlannedRun[];
      /** How the numbers to predict are scaled, if they are. */
      readonly targetScale?: readonly TargetScale[] | null;
    }
  /** The folder of its runs. */
  | { readonly type: 'folder'; readonly folder: string }
  /** A preparation that takes a while before training starts, such as an installation. */
  | ({ readonly type: 'preparing' } & InstallProgress)
  /** Something unexpected about the data. */
  | { readonly type: 'note'; readonly text: string }
  | RunEvent
  /** A training process ended before its script, or its script failed. */
  | {
      readonly type: 'process-failed';
      readonly runs: readonly string[];
      readonly error: WireError;
    }
  /** The process of a run is gone; its records are complete. */
  | { readonly type: 'run-closed'; readonly run: string; readonly folder: string }
  /** Of one protocol. */
  | { readonly type: 'result'; readonly result: ProtocolResult }
  /** The comparison of a project's runs; null if there is only one style. */
  | {
      readonly type: 'compared';
      readonly comparison: Comparison | null;
      readonly runFolders: Readonly<Partial<Record<Style, string>>>;
    }
  /** Of a replay. */
  | { readonly type: 'replayed'; readonly result: ReplayedRun };
