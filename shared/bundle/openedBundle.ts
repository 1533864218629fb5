import type { Style } from '../architecture/architecture';
import type { EnvironmentRecord } from '../engines/engineCatalog';
import type { Outcome } from '../runs/run';
import type { BundleIndex } from './bundleFile';
import type { Report } from './finding';

/** A bundle on screen. */
export interface OpenedBundle {
  readonly path: string;
  /** Runs of this machine that were packed to be trained again, not a file of the user's. */
  readonly isOfRuns: boolean;
  readonly report: Report;
  /** Null if there are findings: a bad bundle is not shown as if it were good. */
  readonly content: BundleContent | null;
}

export interface BundleContent {
  readonly writtenBy: string;
  readonly runs: readonly BundledRun[];
  readonly comparisons: BundleIndex['comparisons'];
  /** File name of the data that the user must supply for a replay; null if none. */
  readonly neededData: string | null;
}

export interface BundledRun {
  readonly name: string;
  readonly style: Style;
  readonly createdAt: string;
  readonly regime: string;
  readonly seed: string;
  readonly ran: EnvironmentRecord;
  /** The file of weights that it started from; null where they were drawn. */
  readonly initialWeights: string | null;
  readonly status: Outcome['status'] | null;
  readonly losses: Float32Array;
  /** Where it is unpacked while the bundle is open. */
  readonly folder: string;
}
