import { parentPort, workerData } from 'node:worker_threads';
import { setImmediate } from 'node:timers/promises';
import type { RunsReport } from '../../../shared/runs/runsReport';
import { toWireError, type WireError } from '../../../shared/lib/appError';
import type { RunSummary } from '../../../shared/runs/runSummary';
import { RunIndex } from '../runIndex';

export interface WatchData {
  /** The index's file. */
  readonly file: string;
}

/** What the thread is told; each replaces the one before. */
export interface WatchOrder {
  /** Folders to look at. */
  readonly roots: readonly string[];
  /** Whether to look again and again. */
  readonly isWatching: boolean;
}

/** In the first message, to be drawn at once. */
const FIRST_ROWS = 100;
/** Rows per further message: a message of thousands would hold up the process that passes it on. */
const ROWS_PER_REPORT = 1_000;
const SHORTEST_REST_MS = 1_000;
/** What is not saved is found again by the next scan. */
const SAVED_EVERY_MS = 30_000;
/** A large collection is looked at less often: the thread works for a tenth of the time at most. */
const REST_PER_SCAN = 9;

const { file } = workerData as WatchData;
const index = new RunIndex(file);
let order: WatchOrder = { roots: [], isWatching: false };
/** Increases with each order, so that a scan notices that it is out of date. */
let version = 0;
let timer: NodeJS.Timeout | null = null;
let isScanning = false;
let savedAt = -Infinity;

parentPort?.on('message', (next: WatchOrder) => {
  const isOther = next.roots.join('\n') !== order.roots.join('\n');
  order = next;
  version++;
  // What is remembered is shown at once; the scan corrects it.
  if (isOther) tell(index.runsIn(order.roots), [], 0, 0);
  if (timer !== null) clearTimeout(timer);
  timer = null;
  if (order.isWatching && !isScanning) void scan();
});

async function scan(): Promise<void> {
  isScanning = true;
  const own = version;
  const before = performance.now();
  try {
    for (const { changed, removed, done, total } of index.scan(order.roots)) {
      const isOver = done === total;
      if (changed.length + removed.length > 0 || isOver) tell(changed, removed, done, total);
      await setImmediate();
      if (version !== own) break;
    }
    // A run that trains changes the index at each scan; writing all of it each time would disturb it.
    if (!order.isWatching || before - savedAt >= SAVED_EVERY_MS) {
      index.save();
      savedAt = before;
    }
  } catch (error) {
    tell([], [], 0, 0, toWireError(error));
  }
  isScanning = false;
  if (!order.isWatching) return;
  const took = performance.now() - before;
  const rest = version === own ? Math.max(SHORTEST_REST_MS, REST_PER_SCAN * took) : 0;
  timer = setTimeout(() => void scan(), rest);
}

function tell(
  changed: readonly RunSummary[],
  removed: readonly string[],
  done: number,
  total: number,
  error: WireError | null = null,
): void {
  for (let at = 0; at === 0 || at < changed.length;) {
    const end = at === 0 ? FIRST_ROWS : at + ROWS_PER_REPORT;
    const isLast = end >= changed.length;
    const report: RunsReport = {
      changed: changed.slice(at, end),
      removed: at === 0 ? removed : [],
      done,
      total,
      unreadable: isLast && total > 0 && done === total ? index.unreadable : null,
      error,
    };
    parentPort?.postMessage(report);
    at = end;
  }
}
