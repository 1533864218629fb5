import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/**
 * Collects garbage now. DuckDB's chunks are freed with the objects that hold them, and V8, which does not know
 * how large they are, would let hundreds of megabytes wait.
 */
export function collectGarbage(): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('globalThis.gc');
    collect = typeof found === 'function' ? () => void (found as () => void)() : () => {};
  }
  collect();
}
