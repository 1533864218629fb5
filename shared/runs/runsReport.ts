import type { WireError } from '../lib/appError';
import type { RunSummary } from './runSummary';

/** A folder whose runs are shown. */
export interface RunFolder {
  readonly folder: string;
  /** The lab's own, which is always kept. */
  readonly isOwn: boolean;
  /** Whether it is on disk now. */
  readonly isThere: boolean;
}

export interface TrashedRun {
  /** Where it is now. */
  readonly place: string;
  /** Where it was. */
  readonly from: string;
  /** ISO 8601 */
  readonly at: string;
}

/** A folder that should hold a run, and why it cannot be read. */
export interface UnreadableRun {
  readonly folder: string;
  readonly why: string;
}

export interface RunsReport {
  readonly changed: readonly RunSummary[];
  /** Folders of runs that are gone. */
  readonly removed: readonly string[];
  /** How many of how many runs have been looked at; equal when all were. */
  readonly done: number;
  readonly total: number;
  /** Null until all have been looked at. */
  readonly unreadable: readonly UnreadableRun[] | null;
  readonly error: WireError | null;
}
