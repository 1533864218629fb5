import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathsOf, type DataSource } from '../../shared/data/dataSource';
import { ofArray } from '../../shared/data/chosenArray';
import { npyFields, npyParts, type NpyPart } from '../../shared/data/npyParts';
import type { RecognisedTable } from '../../shared/data/table/recognised';
import { choicesOf } from '../../shared/data/table/format';
import { shortFormFormat } from '../../shared/data/table/shortForm';
import { targetsIn } from '../../shared/data/table/tableSource';
import type {
  ChosenFiles,
  ChosenImages,
  ChosenNpy,
  TableToRecognise,
} from '../../shared/data/chosen';
import type { Handlers } from '../../shared/ipc/contract';
import { AppError } from '../../shared/lib/appError';
import type { Project } from '../../shared/training/projectFile';
import { emptyPreparedData, limitPreparedData, preparedData } from '../data/cache/preparedData';
import { npyPreview } from '../data/npyPreview';
import type { WorkerTask } from '../worker/main';
import { askForFile, askForFolder } from './askForFile';
import type { Experiments } from './experiments';
import { inUtility } from './inUtility';

export interface DataParts {
  readonly experiments: Experiments;
  /** The compiled worker. */
  readonly worker: string;
  /** Told how much of the data is read. */
  readonly onDataProgress: (done: number, total: number) => void;
  /** Paths that the user chose, in whatever way. */
  readonly chosen: Set<string>;
}

/** The data files that the user chose: the page may train on no others. */
export class ChosenData {
  readonly #parts: DataParts;
  /** What was on disk when it was shown last. */
  readonly #shown = new Map<string, string>();
  #looking = new AbortController();

  constructor(parts: DataParts) {
    this.#parts = parts;
  }

  async table(
    path: string,
    choices: Omit<TableToRecognise, 'path'> = { format: {}, target: null },
  ): Promise<RecognisedTable> {
    const table = await this.#inProcess<RecognisedTable>({
      kind: 'recognise-table',
      path,
      choices,
    });
    this.#choose(path);
    return table;
  }

  async npy(path: string): Promise<ChosenNpy> {
    const preview = await npyPreview(path);
    this.#choose(path);
    return preview;
  }

  async images(path: string): Promise<ChosenImages> {
    const preview = await this.#inProcess<ChosenImages>({ kind: 'recognise-images', path });
    for (const own of [preview.path, preview.validation]) if (own !== null) this.#choose(own);
    return preview;
  }

  /** Choosing a project also chooses its data, which may be gone by now. */
  async ofProject({ data, initialWeights }: Project): Promise<ChosenFiles> {
    if (initialWeights !== null) this.#parts.chosen.add(initialWeights);
    return this.of(data);
  }

  /** What a source's files show now. */
  async of(data: DataSource): Promise<ChosenFiles> {
    // A file that cannot be read now was still chosen; the error is reported when its data is read.
    for (const path of pathsOf(data)) this.#choose(path);
    switch (data.kind) {
      case 'builtin':
        return {};
      case 'csv': {
        const choices = { format: shortFormFormat, target: data.label };
        return orNothing(async () => ({ table: await this.table(data.path, choices) }));
      }
      case 'table': {
        const [target = null] = targetsIn(data.columns);
        const choices = { format: choicesOf(data.format), target };
        return orNothing(async () => ({ table: await this.table(data.path, choices) }));
      }
      case 'npy':
        return { npy: await this.#arraysOf(data) };
      case 'images':
        return orNothing(async () => ({ images: await this.images(data.path) }));
    }
  }

  /** The arrays that can be read now. */
  async #arraysOf(
    data: Extract<DataSource, { kind: 'npy' }>,
  ): Promise<NonNullable<ChosenFiles['npy']>> {
    const found: Partial<Record<NpyPart, ChosenNpy>> = {};
    for (const part of npyParts) {
      const [path, array] = npyFields[part];
      const own = data[path];
      if (own === undefined) continue;
      try {
        found[part] = ofArray(await this.npy(own), data[array]);
      } catch {
        // The error is reported when the data is read.
      }
    }
    return found;
  }

  /** @throws {AppError} refused if it is not what the user chose */
  refuseUnchosen(data: DataSource, initialWeights: string | null = null): void {
    this.#refuseOthers([...pathsOf(data), ...(initialWeights === null ? [] : [initialWeights])]);
  }

  #refuseOthers(paths: readonly string[]): void {
    if (paths.every((path) => this.#parts.chosen.has(path))) return;
    throw new AppError('refused', 'That file was not chosen by you.', 'Choose it with its button.');
  }

  readonly handlers = {
    chooseTable: async () => {
      const path = await askForFile('Choose a table', [
        {
          name: 'Tables',
          extensions: ['csv', 'tsv', 'tab', 'txt', 'data', 'dat', 'parquet', 'pq'],
        },
        { name: 'All files', extensions: ['*'] },
      ]);
      return path === null ? null : this.table(path);
    },
    recogniseTable: async ({ path, ...choices }) => {
      this.#refuseOthers([path]);
      return this.table(path, choices);
    },
    chooseNpy: async () => {
      const path = await askForFile('Choose a NumPy array', [
        { name: 'NumPy arrays', extensions: ['npy', 'npz'] },
      ]);
      return path === null ? null : this.npy(path);
    },
    chooseImages: async () => {
      const path = await askForFolder('Choose a folder with a folder of pictures for each class');
      return path === null ? null : this.images(path);
    },
    lookAtData: async (source) => {
      this.refuseUnchosen(source);
      this.#looking.abort();
      this.#looking = new AbortController();
      const { experiments, onDataProgress } = this.#parts;
      return experiments.lookAtData(source, this.#looking.signal, onDataProgress);
    },
    changedFiles: async (source) => {
      this.refuseUnchosen(source);
      const isChanged = pathsOf(source).some((path) => this.#shown.get(path) !== stampOf(path));
      return isChanged ? this.of(source) : null;
    },
    preparedData: async () => preparedData(),
    emptyPreparedData: async () => emptyPreparedData(),
    limitPreparedData: async ({ bytes }) => limitPreparedData(bytes),
    stopLooking: async () => {
      this.#looking.abort();
      return null;
    },
  } satisfies Partial<Handlers>;

  #choose(path: string): void {
    this.#parts.chosen.add(path);
    this.#shown.set(path, stampOf(path));
  }

  #inProcess<T>(task: WorkerTask): Promise<T> {
    return inUtility<T>(this.#parts.worker, task, new AbortController().signal, () => {});
  }
}

/** Changes whenever a file does, or what is directly in a folder or in its folders. */
function stampOf(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return 'missing';
  const inside = facts.isDirectory()
    ? readdirSync(path).map(
        (name) => statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs,
      )
    : [];
  return [facts.mtimeMs, facts.size, ...inside].join();
}

async function orNothing(look: () => Promise<ChosenFiles>): Promise<ChosenFiles> {
  try {
    return await look();
  } catch {
    return {};
  }
}
