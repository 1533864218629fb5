import type { z } from 'zod';

/** A kind of data source: one entry of the table in dataSource.ts. */
export interface DataKind {
  /** As people choose it. */
  readonly label: string;
  readonly schema: z.core.$ZodTypeDiscriminable;
  /** The fields of a source that name a file or folder. */
  readonly places: readonly string[];
}
