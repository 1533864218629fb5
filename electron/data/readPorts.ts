import type { ReadFile } from './cache/contentHash';

/** What reading data needs from its surroundings. */
export interface ReadPorts {
  /** Called with how much was read, in any unit. */
  readonly onProgress: (done: number, total: number) => void;
  /** Ends the reading; null where nothing can. */
  readonly signal: AbortSignal | null;
  /** Told of a file that was read whole: it need not be read again to hash it. */
  readonly onRead: (path: string, file: ReadFile) => void;
  /** Bytes that an array may take. */
  readonly memoryBytes: number;
}
