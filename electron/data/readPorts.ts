/** What reading data needs from its surroundings. */
export interface ReadPorts {
  /** Called with how much was read, in any unit. */
  readonly onProgress: (done: number, total: number) => void;
  /** Ends the reading; null where nothing can. */
  readonly signal: AbortSignal | null;
  /** Told the sha256 of a file that was read whole: it need not be read again to hash it. */
  readonly onHashed: (path: string, sha256: string) => void;
  /** Bytes that an array may take. */
  readonly memoryBytes: number;
}
