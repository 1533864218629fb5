import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

/** The memory that work takes and that the machine has left, in bytes. */
export interface Memory {
  /** Peak memory of the process during the work, minus what it held before. */
  readonly growth: (work: () => void) => number;
  readonly available: () => number;
}

export const machineMemory: Memory = {
  growth: (work) => {
    const before = process.memoryUsage.rss();
    const isFresh = forgetPeak();
    work();
    const peak = isFresh ? peakSince() : process.resourceUsage().maxRSS * KIBIBYTE;
    return Math.max(0, peak - before);
  },
  // Before Node 20.13 a container's limit cannot be found out.
  available: () =>
    (process as { availableMemory?: () => number }).availableMemory?.() ?? os.freemem(),
};

const KIBIBYTE = 1024;

/**
 * Resets Linux' peak counter for this process. Source: proc(5), clear_refs.
 * @returns whether that worked
 */
function forgetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function peakSince(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * KIBIBYTE;
}

/** Only a part of what is left: the system kills a process that takes all of it. */
const SHARE = 0.7;

/**
 * Whether TensorFlow ran out of memory: status 8 is RESOURCE_EXHAUSTED. Source: tsl's
 * status codes; the texts come from its allocators and XLA's.
 */
export function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error &&
    /TF_Status: 8\b|RESOURCE_EXHAUSTED|OOM when allocating|Out of memory/i.test(error.message)
  );
}

/**
 * The largest power of two, below a batch size that failed, with which a step works: tried from one
 * row upwards, since the system kills a process whose promised memory is not there. The next try
 * is skipped if twice what the last one took would not fit.
 *
 * @param train takes one step with that many rows, on a model of its own; throws as TensorFlow does
 * @returns 0 if not even one row fits
 */
export function fittingBatch(
  batchSize: number,
  train: (batchSize: number) => void,
  memory: Memory,
): number {
  const limit = memory.available() * SHARE;
  let fitting = 0;
  for (let rows = 1; rows < batchSize; rows *= 2) {
    let growth;
    try {
      growth = memory.growth(() => train(rows));
    } catch (thrown) {
      if (isOutOfMemory(thrown)) break;
      throw thrown;
    }
    fitting = rows;
    if (growth * 2 > limit) break;
  }
  return fitting;
}

/** A sentence on what TensorFlow refused. */
export function refusal(error: Error, batchSize: number, device: string): string {
  const [, tensor = ''] = /shape(\[[\d,]*\])/.exec(error.message) ?? [];
  const what = tensor === '' ? '' : `: there was no room for a tensor of shape ${tensor}`;
  return `The memory of the ${device} is too small for batches of ${batchSize} rows${what}.`;
}
