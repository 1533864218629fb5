import type { Template } from '../../shared/architecture/templates';
import { guessed, isColumn } from '../../shared/data/chosenArray';
import { noArrays, npyFields, npyParts, npyPlaces, type NpyPart } from '../../shared/data/npyParts';
import type { Windows } from '../../shared/data/windows';
import { dataSourceSchema, type DataSource } from '../../shared/data/dataSource';
import { readingOfShortForm } from '../../shared/data/table/shortForm';
import type { RecognisedTable } from '../../shared/data/table/recognised';
import {
  carriedOver,
  readingIn,
  readingOf,
  sourceOf,
  targetsIn,
  withTarget,
  type TableReading,
} from '../../shared/data/table/tableSource';
import type { ChosenFiles, ChosenImages, ChosenNpy } from '../../shared/data/chosen';
import type { Dropped } from '../../shared/ipc/contract';

export type DataChoice = Template['data'] | 'table' | 'npy' | 'images';

/** A table, and how it would be read. */
interface OfferedTable {
  readonly table: RecognisedTable;
  readonly reading: TableReading;
  /** Whether it was confirmed before. */
  readonly isOwn: boolean;
}

/** What a network is trained on: as the user chose it, complete or not. */
export class ChosenData {
  choice = $state<DataChoice>('iris');
  /** Of an array: what a row's target is. */
  npyTarget = $state<'class' | 'number'>('class');
  /** Arrays of the rows' archive whose numbers follow in each row. */
  #npyAlso = $state<readonly string[]>([]);
  readonly npy: Record<NpyPart, ChosenNpy | null> = $state({ ...noArrays });
  standardiseTarget = $state(false);
  windows = $state.raw<Windows | null>(null);
  images = $state.raw<ChosenImages | null>(null);
  /** A folder of pictures for validation. */
  imageValidation = $state<string | null>(null);
  imageWidth = $state<number | null>(null);
  imageHeight = $state<number | null>(null);
  imageChannels = $state<1 | 3>(3);
  /** Of arrays and pictures. */
  standardise = $state(true);
  table = $state.raw<RecognisedTable | null>(null);
  /** A table that waits for the user to confirm how it is read. */
  offered = $state.raw<OfferedTable | null>(null);
  /** How that table is read. */
  reading = $state.raw<TableReading | null>(null);
  /** The data of an opened project whose files cannot be read now; a new choice replaces it. */
  #given = $state.raw<DataSource | null>(null);

  /** The data source; null until all of it is chosen. */
  readonly source: DataSource | null = $derived(
    dataSourceSchema.safeParse(this.typed).data ?? null,
  );
  /** What is still to be chosen; null where nothing is. */
  readonly toChoose: string | null = $derived.by(() => {
    const source = this.typed;
    switch (source.kind) {
      case 'table':
        if (!source.path) return 'Choose the file of the table.';
        return targetsIn(source.columns ?? []).length > 0 ? null : 'Choose the target column.';
      case 'npy':
        if (!source.path) return 'Choose the file of the rows.';
        if (!source.labels) return 'Choose the file of the labels.';
        return source.validation !== undefined && source.validationLabels === undefined
          ? 'Choose the labels of the rows for validation.'
          : null;
      case 'images':
        if (!source.path) return 'Choose the folder of pictures.';
        return Number.isInteger(source.width) && Number.isInteger(source.height)
          ? null
          : 'Give height and width of the pictures as whole numbers.';
      default:
        return null;
    }
  });

  /** As typed: it may lack its file or be wrong. */
  get typed(): Partial<DataSource> {
    const { standardise } = this;
    const given = this.#given;
    switch (this.choice) {
      case 'table':
        if (this.table !== null && this.reading !== null) {
          return sourceOf(this.table.path, this.reading);
        }
        return given?.kind === 'csv' || given?.kind === 'table'
          ? given
          : { kind: 'table', path: '' };
      case 'npy': {
        const before = given?.kind === 'npy' ? given : null;
        const { standardiseTarget, windows, npyAlso } = this;
        const isNumber = this.npyTarget === 'number';
        return {
          ...before,
          kind: 'npy',
          path: before?.path ?? '',
          labels: before?.labels ?? '',
          standardise,
          target: isNumber ? 'number' : undefined,
          standardiseTarget: isNumber && standardiseTarget ? true : undefined,
          windows: windows ?? undefined,
          alsoArrays: npyAlso.length > 0 ? [...npyAlso] : undefined,
          ...npyPlaces(this.npy),
        };
      }
      case 'images':
        return {
          kind: 'images',
          path: this.images?.path ?? (given?.kind === 'images' ? given.path : ''),
          width: this.imageWidth ?? NaN,
          height: this.imageHeight ?? NaN,
          channels: this.imageChannels,
          standardise,
          ...(this.imageValidation !== null && { validation: this.imageValidation }),
        };
      default:
        return { kind: 'builtin', name: this.choice };
    }
  }

  /** Uses data from any kind of file; an array with one number per row is taken as the labels. */
  use(chosen: Extract<Dropped, { kind: 'table' | 'npy' | 'images' }>): void {
    if (chosen.kind === 'table') {
      this.offer(chosen.table);
      return;
    }
    this.choice = chosen.kind;
    if (chosen.kind === 'images') this.useImages(chosen.images);
    else this.useNpy(chosen.npy, isColumn(chosen.npy.shape) ? 'labels' : 'rows');
  }

  /** Shows a table, to be changed and confirmed. */
  offer(table: RecognisedTable): void {
    this.offered = { table, reading: readingOf(table), isOwn: false };
  }

  /** Shows the table in use, recognised again: its file may have changed. */
  offerAgain(again: RecognisedTable): void {
    const { table, reading } = this;
    if (table === null || reading === null) return;
    this.offered = { table: again, reading: carriedOver(reading, table, again), isOwn: true };
  }

  /** Uses a table, as it was recognised or as it was chosen to be read. */
  useTable(table: RecognisedTable, reading: TableReading = readingOf(table)): void {
    this.table = table;
    this.reading = reading;
  }

  /** Uses an array; an archive for the rows as well as for their labels, where those are not chosen yet. */
  useNpy(chosen: ChosenNpy, part: NpyPart): void {
    const { npy } = this;
    const rows = { labels: npy.rows, validationLabels: npy.validation }[part as 'labels'] ?? null;
    const own = guessed(chosen, part, rows) ?? chosen;
    npy[part] = own;
    if (part === 'rows') this.#npyAlso = [];
    if (chosen.arrays === undefined) return;
    if (part === 'rows') npy.labels = guessed(chosen, 'labels', own) ?? npy.labels;
    if (part === 'labels') npy.rows ??= guessed(chosen, 'rows');
    if (part === 'validation') npy.validationLabels = guessed(chosen, 'validationLabels', own);
    if (part === 'validationLabels') npy.validation ??= guessed(chosen, 'validation');
  }

  /** Those that follow in each row: what became the array of the rows itself does not. */
  get npyAlso(): readonly string[] {
    const { rows } = this.npy;
    return rows === null
      ? this.#npyAlso
      : this.#npyAlso.filter(
          (name) => name !== rows.array && rows.arrays?.some((own) => own.name === name) === true,
        );
  }

  /** An array of the rows' archive whose numbers follow in each row, or no more. */
  useAlso(array: string, isUsed: boolean): void {
    const others = this.npyAlso.filter((own) => own !== array);
    this.#npyAlso = isUsed ? [...others, array] : others;
  }

  /** Without rows of their own for validation. */
  dropNpy(part: NpyPart): void {
    this.npy[part] = null;
    if (part === 'validation') this.npy.validationLabels = null;
    const given = this.#given;
    if (given?.kind !== 'npy') return;
    // What an opened project named is dropped as well.
    const gone = part === 'validation' ? (['validation', 'validationLabels'] as const) : [part];
    const fields = new Set<string>(gone.flatMap((own) => npyFields[own]));
    const left = Object.entries(given).filter(([name]) => !fields.has(name));
    this.#given = Object.fromEntries(left) as DataSource;
  }

  /** Another target column. */
  useTarget(name: string): void {
    if (this.table === null || this.reading === null) return;
    this.reading = withTarget(this.reading, this.table, name);
  }

  /** Uses a folder of pictures, with the size and colours of its first one. */
  useImages(images: ChosenImages): void {
    this.images = images;
    this.imageValidation = images.validation;
    this.imageWidth = images.width;
    this.imageHeight = images.height;
    this.imageChannels = images.isColoured ? 3 : 1;
  }

  /** Shows files as they are now; what was chosen of them stays chosen. */
  refresh(files: ChosenFiles): void {
    this.table = files.table ?? this.table;
    for (const part of npyParts) this.npy[part] = files.npy?.[part] ?? this.npy[part];
    this.images = files.images ?? this.images;
  }

  /** Uses the data of a project. Files that could not be read stay named in it. */
  open(data: DataSource, files: ChosenFiles): void {
    this.#given = data;
    this.table = files.table ?? null;
    this.reading = null;
    for (const part of npyParts) this.npy[part] = files.npy?.[part] ?? null;
    this.images = files.images ?? null;
    this.imageValidation = data.kind === 'images' ? (data.validation ?? null) : null;
    this.standardiseTarget = data.kind === 'npy' && data.standardiseTarget === true;
    this.windows = data.kind === 'npy' ? (data.windows ?? null) : null;
    switch (data.kind) {
      case 'builtin':
        this.choice = data.name;
        this.npyTarget = 'class';
        this.standardise = true;
        return;
      case 'csv':
        this.choice = 'table';
        this.reading = this.table && readingOfShortForm(this.table, data);
        return;
      case 'table':
        this.choice = 'table';
        this.reading = readingIn(data);
        return;
      case 'npy':
        this.choice = data.kind;
        this.standardise = data.standardise;
        this.npyTarget = data.target ?? 'class';
        this.#npyAlso = data.alsoArrays ?? [];
        return;
      case 'images':
        this.choice = data.kind;
        this.standardise = data.standardise;
        this.imageWidth = data.width;
        this.imageHeight = data.height;
        this.imageChannels = data.channels;
    }
  }
}
