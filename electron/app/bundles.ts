import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { dialog } from 'electron';
import type { BundleIndex } from '../../shared/bundle/bundleFile';
import type { Report } from '../../shared/bundle/finding';
import type { Requests } from '../../shared/ipc/contract';
import type { BundleContent, OpenedBundle } from '../../shared/bundle/openedBundle';
import { AppError } from '../../shared/lib/appError';
import { askForFile, askForFolder } from './askForFile';
import { pathsOf } from '../../shared/data/dataSource';
import { neededSource } from '../bundle/bundleContent';
import type { Exported } from '../bundle/exportBundle';
import { badBundle } from '../bundle/extractBundle';
import type { SigningKey } from './signingKey';
import { version } from '../version';
import { inWorker } from '../worker/inWorker';
import type { WorkerTask } from '../worker/main';

/** What a replay needs from the bundle on screen. */
export interface Replayable {
  readonly index: BundleIndex;
  /** Unpacked runs and data. */
  readonly folder: string;
  readonly dataPath: string | null;
}

/** Exports and opens bundles, one piece of work at a time, in a thread of its own. */
export class Bundles {
  readonly #code: string;
  readonly #datasetsFolder: string;
  readonly #key: SigningKey;
  readonly #onProgress: (progress: { done: number; total: number }) => void;
  #abort: AbortController | null = null;
  #toOpen: string | null;
  #opened: Omit<Replayable, 'dataPath'> | null = null;

  /**
   * @param code folder with the compiled parts
   * @param toOpen the bundle that the system asked to open at start-up
   */
  constructor(
    code: string,
    datasetsFolder: string,
    key: SigningKey,
    toOpen: string | null,
    onProgress: (progress: { done: number; total: number }) => void,
  ) {
    this.#code = code;
    this.#datasetsFolder = datasetsFolder;
    this.#key = key;
    this.#toOpen = toOpen;
    this.#onProgress = onProgress;
  }

  /** The bundle that the system asked to open at start-up; returned only once. */
  startWith(): string | null {
    const file = this.#toOpen;
    this.#toOpen = null;
    return file;
  }

  /** @throws {AppError} busy, and what exporting throws */
  async export({
    folders,
    suggestedName,
    data,
    isSigned,
  }: Requests['exportBundle']['input']): Promise<Requests['exportBundle']['output']> {
    const { filePath } = await dialog.showSaveDialog({
      title: 'Export a bundle',
      defaultPath: suggestedName,
      filters: [{ name: 'Twintrain bundle', extensions: ['zip'] }],
    });
    if (!filePath) return null;
    const key = isSigned ? this.#key.privateKey() : null;
    const exported = await this.#work<Exported>(this.#exportTask(folders, filePath, data, key));
    const { bundleId, bytes, unfinished } = exported;
    return { path: filePath, bundleId, bytes, unfinished };
  }

  /** @throws {AppError} busy, stopped, file-not-found, bad-bundle if it is not a bundle */
  async open(path: string | null): Promise<OpenedBundle | null> {
    const chosen =
      path ?? (await askForFile('Open a bundle', [{ name: 'Bundle', extensions: ['zip'] }]));
    return chosen === null ? null : this.#open(chosen);
  }

  /**
   * Packs runs without a signature into a file of no lasting, and opens it: what trains a bundle again
   * also trains runs again.
   * @throws {AppError} what exporting and opening throw
   */
  async openRuns(folders: readonly string[]): Promise<OpenedBundle> {
    const place = mkdtempSync(join(tmpdir(), 'twintrain-runs-'));
    const path = join(place, 'runs.twintrain.zip');
    try {
      await this.#work<Exported>(this.#exportTask(folders, path, 'embed', null));
      return { ...(await this.#open(path)), isOfRuns: true };
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }

  async #open(chosen: string): Promise<OpenedBundle> {
    const report = await this.#work<Report>({
      kind: 'verify',
      path: chosen,
      bytes: sizeOf(chosen),
    });
    if (!report.isBundle) throw badBundle(chosen, 'it is not a Twintrain bundle.');
    const opened = { path: chosen, isOfRuns: false, report };
    if (report.findings.length > 0) return { ...opened, content: null };
    this.forget();
    const folder = mkdtempSync(join(tmpdir(), 'twintrain-bundle-'));
    try {
      const { index, content } = await this.#work<{ index: BundleIndex; content: BundleContent }>({
        kind: 'open',
        path: chosen,
        report,
        folder,
      });
      this.#opened = { index, folder };
      return { ...opened, content };
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The opened bundle and, where it is needed, the user's copy of its data; null when cancelled. */
  async toReplay(): Promise<Replayable | null> {
    if (this.#opened === null) {
      throw new AppError('refused', 'No bundle is open.', 'Open one, then replay it.');
    }
    const source = neededSource(this.#opened.index);
    if (source === null) return { ...this.#opened, dataPath: null };
    const isFolder = pathsOf(source).length > 1 || source.kind === 'images';
    const title = `Your copy of ${basename(source.path)}`;
    const dataPath = isFolder
      ? await askForFolder(source.kind === 'npy' ? `The folder with ${source.path}` : title)
      : await askForFile(title, []);
    return dataPath === null ? null : { ...this.#opened, dataPath };
  }

  #exportTask(
    folders: readonly string[],
    path: string,
    data: 'embed' | 'hash',
    privateKey: string | null,
  ): WorkerTask {
    return {
      kind: 'export',
      folders,
      path,
      data,
      privateKey,
      datasetsFolder: this.#datasetsFolder,
      version,
      verifiers: { node: join(this.#code, 'verify.mjs'), python: join(this.#code, 'verify.py') },
    };
  }

  /** Where the bundle on screen is unpacked; null if there is none. */
  get unpackedFolder(): string | null {
    return this.#opened?.folder ?? null;
  }

  stop(): void {
    this.#abort?.abort();
  }

  /** Removes what was unpacked. */
  forget(): void {
    if (this.#opened !== null) rmSync(this.#opened.folder, { recursive: true, force: true });
    this.#opened = null;
  }

  async #work<T>(task: WorkerTask): Promise<T> {
    if (this.#abort !== null) {
      throw new AppError(
        'busy',
        'Another bundle is being worked on.',
        'Wait until it has finished, or stop it.',
      );
    }
    const abort = new AbortController();
    this.#abort = abort;
    try {
      return await inWorker<T>(join(this.#code, 'worker.cjs'), task, abort.signal, (done, total) =>
        this.#onProgress({ done, total }),
      );
    } finally {
      this.#abort = null;
    }
  }
}

/** The bundle among the command-line arguments; a double click passes one to the app. */
export function bundleFileIn(words: readonly string[]): string | null {
  return words.find((word) => /\.zip$/i.test(word)) ?? null;
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw new AppError(
      'file-not-found',
      `There is no bundle at ${path}.`,
      `Look for it in ${dirname(path)}.`,
      error,
    );
  }
}
