import type { Column } from './columns';
import type { TableFormat } from './format';
import type { ColumnProfile } from './profile';

/** What a table's file shows, with a role proposed for each column. */
export interface RecognisedTable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly format: TableFormat;
  readonly columns: readonly RecognisedColumn[];
  /** Whether the target is proposed as a number to predict; otherwise it names classes. */
  readonly isNumber: boolean;
  readonly firstRows: readonly (readonly string[])[];
  /** What is not obvious about how the file is read. */
  readonly notes: readonly string[];
}

export interface RecognisedColumn {
  readonly column: Column;
  readonly profile: ColumnProfile;
  /** Why that role is proposed, where it is not obvious. */
  readonly why: string | null;
}
