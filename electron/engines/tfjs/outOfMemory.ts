import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

/** What work takes and the machine has left, in bytes. */
export interface Memory {
  /** The most that the process held during the work, over what it held before. */
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
  // Before Node 20.13 there is no word on what a container is allowed.
  available: () =>
    (process as { availableMemory?: () => number }).availableMemory?.() ?? os.freemem(),
};

const KIBIBYTE = 1024;

/**
 * Linux counts the peak from here on. Source: proc(5), clear_refs.
 * @returns whether it does
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

/** A part of what is left: the system kills a process that takes all. */
const SHARE = 0.7;

/**
 * Whether TensorFlow refused for want of memory: status 8 is RESOURCE_EXHAUSTED. Source: tsl's
 * status codes; the texts are of its allocators and of XLA's.
 */
export function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error &&
    /TF_Status: 8\b|RESOURCE_EXHAUSTED|OOM when allocating|Out of memory/i.test(error.message)
  );
}

/**
 * The largest power of two of rows, below a batch size that failed, that a step takes: tried from one
 * row upwards, as memory that the processor promised but does not have ends the process. The next try
 * is left out where twice what the last took would not fit.
 *
 * @param train one step with so many rows, on a model of its own; throws as TensorFlow does
 * @returns 0 where not even one row fits
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

/** What TensorFlow refused, in words. */
export function refusal(error: Error, batchSize: number, device: string): string {
  const [, tensor = ''] = /shape(\[[\d,]*\])/.exec(error.message) ?? [];
  const what = tensor === '' ? '' : `: a tensor of shape ${tensor} found no room`;
  return `The memory of the ${device} is too small for batches of ${batchSize} rows${what}.`;
}
