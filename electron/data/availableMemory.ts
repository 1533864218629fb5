import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Left to the rest of the process and to other ones. */
const SPARED = 0.1;

/** Bytes that can still be taken without the system ending a process, by the machine and by its container. */
export function availableMemory(): number {
  return Math.floor((1 - SPARED) * Math.min(os.freemem(), containerLeft()));
}

/** What a Linux container (cgroup 2) has left; infinite without a limit. */
function containerLeft(): number {
  try {
    const [most, used] = ['memory.max', 'memory.current'].map((name) =>
      Number(readFileSync(`/sys/fs/cgroup/${name}`, 'utf8')),
    ) as [number, number];
    return Number.isFinite(most) ? Math.max(0, most - used) : Infinity;
  } catch {
    return Infinity;
  }
}
