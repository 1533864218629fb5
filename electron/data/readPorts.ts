/** What reading data needs from its surroundings. */
export interface ReadPorts {
  /** Called with how much was read, in any unit. */
  readonly onProgress: (done: number, total: number) => void;
  /** Ends the reading; null where nothing can. */
  readonly signal: AbortSignal | null;
  /** Bytes that an array may take. */
  readonly memoryBytes: number;
}
