/** Prepared data that is kept for later starts. */
export interface PreparedData {
  readonly folder: string;
  readonly entries: readonly PreparedEntry[];
  readonly limitBytes: number;
}

export interface PreparedEntry {
  /** sha256 of what the data was read from, and how. */
  readonly key: string;
  /** File or folder that it was read from. */
  readonly name: string;
  readonly rows: number;
  readonly features: number;
  readonly bytes: number;
  /** ISO 8601. */
  readonly usedAt: string;
}
