import type { NpyPart } from './npyParts';
import type { GivenFormat } from './table/format';
import type { RecognisedTable } from './table/recognised';

export interface ChosenNpy {
  readonly path: string;
  /** Of an archive: the array that is meant, and all that it has. */
  readonly array?: string;
  readonly arrays?: readonly NpyFacts[];
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** A project's data files, those that can be read. */
export interface ChosenFiles {
  readonly table?: RecognisedTable;
  readonly npy?: Partial<Readonly<Record<NpyPart, ChosenNpy>>>;
  readonly images?: ChosenImages;
}

/** A table, and the choices that replace what would be recognised. */
export interface TableToRecognise {
  readonly path: string;
  readonly format: GivenFormat;
  /** The target column; null proposes one. */
  readonly target: string | null;
}

export interface ChosenImages {
  readonly path: string;
  /** A folder for validation that lies beside it. */
  readonly validation: string | null;
  readonly classes: readonly string[];
  readonly images: number;
  /** Pixels of the first picture. */
  readonly width: number;
  readonly height: number;
  readonly isColoured: boolean;
  /** A note on skipped files. */
  readonly notes: readonly string[];
}

/** An array in an archive. */
export interface NpyFacts {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}
