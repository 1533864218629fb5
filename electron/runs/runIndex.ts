import { groupedBy } from '../../shared/lib/groupedBy';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { RunsReport, UnreadableRun } from '../../shared/runs/runsReport';
import { toAppError } from '../../shared/lib/appError';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { comparisonSentence } from '../../shared/runs/divergence/comparisonSentence';
import type { RunSummary } from '../../shared/runs/runSummary';
import { isWithin } from '../files/isWithin';
import { writeWhole } from '../files/writeFile';
import { runFoldersIn } from './findRuns';
import { readRunQuickly } from './readRun';
import { stampOfRun, summariseRun } from './summariseRun';

/** Another version is not read: the index is made anew. It changes with what an entry holds. */
export const INDEX_VERSION = 2;

/** In the settings folder. */
export const INDEX_FILE = 'runs-index.jsonl';

/** The first line; the others are entries. */
const headSchema = z.strictObject({
  twintrain: z.literal('runs-index'),
  version: z.literal(INDEX_VERSION),
  /**
   * Of all that follows the first line. It stands in for a schema, which takes longer over thousands of
   * entries than all else: what this version wrote is as it was written.
   */
  sha256: z.string(),
});

interface Entry {
  readonly stamp: string;
  /** Stamps of the two runs when they were compared; null if they were not. */
  readonly twinStamp: string | null;
  readonly run: RunSummary;
}

/** What a scan found since its last step that is other than before. */
export type RunChanges = Pick<RunsReport, 'changed' | 'removed' | 'done' | 'total'>;

/** Runs that a scan looks at between two of its steps. */
const PER_STEP = 64;

/**
 * What the runs in some folders are, remembered in a file so that thousands are there at once. The
 * folders are the truth: each scan compares them with what is remembered, and the file may be deleted.
 */
export class RunIndex {
  readonly #file: string | null;
  #entries = new Map<string, Entry>();
  #unreadable: UnreadableRun[] = [];
  #isChanged = false;

  /** @param file null remembers nothing */
  constructor(file: string | null) {
    this.#file = file;
    if (file !== null) this.#entries = entriesIn(file);
  }

  /** The runs in these folders as of the last scan, of whatever process. */
  runsIn(roots: readonly string[]): RunSummary[] {
    return [...this.#entries.values()].flatMap(({ run }) =>
      roots.some((root) => run.folder === root || isWithin(run.folder, root)) ? run : [],
    );
  }

  /** Folders with a run.json that cannot be read. */
  get unreadable(): readonly UnreadableRun[] {
    return this.#unreadable;
  }

  /**
   * Looks at every run in these folders, some at a time: what is new or other is read, and runs that
   * lie beside each other in one experiment are compared.
   */
  *scan(roots: readonly string[]): Generator<RunChanges> {
    const folders = [...new Set(roots.flatMap((root) => [...runFoldersIn(resolve(root))]))];
    const there = new Set(folders);
    // Runs in other folders are left to those who look there.
    const removed = this.runsIn(roots.map((root) => resolve(root))).flatMap(({ folder }) =>
      there.has(folder) ? [] : folder,
    );
    for (const folder of removed) this.#remove(folder);
    const total = folders.length;
    yield { changed: [], removed, done: 0, total };

    const unreadable: UnreadableRun[] = [];
    // Twins lie in one folder, so whole folders are looked at together.
    const beside = groupedBy(folders, dirname);
    let changed: RunSummary[] = [];
    let done = 0;
    let reported = 0;
    for (const own of beside.values()) {
      const fresh = new Set(own.filter((folder) => this.#look(folder, unreadable)));
      for (const folder of this.#pair(own)) fresh.add(folder);
      changed.push(...[...fresh].flatMap((folder) => this.#entries.get(folder)?.run ?? []));
      done += own.length;
      if (done - reported < PER_STEP) continue;
      reported = done;
      yield { changed, removed: [], done, total };
      changed = [];
    }
    this.#unreadable = unreadable;
    yield { changed, removed: [], done: total, total };
  }

  /** Writes the file, if there is anything new. @throws {AppError} cannot-write, disk-full */
  save(): void {
    if (this.#file === null || !this.#isChanged) return;
    const lines = [...this.#entries.values()].map((entry) => `${JSON.stringify(entry)}\n`).join('');
    const head = { twintrain: 'runs-index', version: INDEX_VERSION, sha256: sha256Of(lines) };
    writeWhole(this.#file, `${JSON.stringify(head)}\n${lines}`);
    this.#isChanged = false;
  }

  #remove(folder: string): void {
    this.#entries.delete(folder);
    this.#isChanged = true;
  }

  /** @returns whether the run is other than it was */
  #look(folder: string, unreadable: UnreadableRun[]): boolean {
    const stamp = stampOfRun(folder);
    const before = this.#entries.get(folder);
    // One that runs is looked at each time: that its process died changes no file.
    if (before?.stamp === stamp && before.run.state !== 'running') return false;
    try {
      const run = { ...summariseRun(folder), twin: before?.run.twin ?? null };
      if (before?.stamp === stamp && before.run.state === run.state) return false;
      this.#entries.set(folder, { stamp, twinStamp: before?.twinStamp ?? null, run });
    } catch (error) {
      unreadable.push({ folder, why: toAppError(error).message });
      if (before === undefined) return false;
      this.#entries.delete(folder);
    }
    this.#isChanged = true;
    return true;
  }

  /** Compares the runs of one folder if they are two. @returns those whose verdict is new */
  #pair(folders: readonly string[]): string[] {
    const entries = folders.flatMap((folder) => this.#entries.get(folder) ?? []);
    const [a, b] = entries;
    const isPair =
      entries.length === 2 &&
      a?.run.createdAt === b?.run.createdAt &&
      entries.every(({ run }) => run.state !== 'running');
    if (!isPair || a === undefined || b === undefined) {
      const former = entries.filter(({ run }) => run.twin !== null);
      for (const entry of former) this.#setTwin(entry, null, null);
      return former.map(({ run }) => run.folder);
    }
    const twinStamp = `${a.stamp}${b.stamp}`;
    if (a.twinStamp === twinStamp && b.twinStamp === twinStamp) return [];
    const { verdict, sentence } = comparedQuickly(a.run.folder, b.run.folder);
    this.#setTwin(a, { folder: b.run.folder, verdict, sentence }, twinStamp);
    this.#setTwin(b, { folder: a.run.folder, verdict, sentence }, twinStamp);
    return [a.run.folder, b.run.folder];
  }

  #setTwin(entry: Entry, twin: RunSummary['twin'], twinStamp: string | null): void {
    this.#entries.set(entry.run.folder, { ...entry, twinStamp, run: { ...entry.run, twin } });
    this.#isChanged = true;
  }
}

function comparedQuickly(a: string, b: string) {
  try {
    const comparison = compareRuns(readRunQuickly(a), readRunQuickly(b));
    return { verdict: comparison.verdict, sentence: comparisonSentence(comparison) };
  } catch (error) {
    return { verdict: 'not_verified', sentence: toAppError(error).message } as const;
  }
}

/** A file that is missing, damaged or of another version is as good as none. */
function entriesIn(file: string): Map<string, Entry> {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n') + 1;
    const { sha256 } = headSchema.parse(JSON.parse(text.slice(0, end)));
    const rest = text.slice(end);
    if (sha256Of(rest) !== sha256) return new Map();
    const entries = JSON.parse(`[${rest.trimEnd().replaceAll('\n', ',')}]`) as Entry[];
    return new Map(entries.map((entry) => [entry.run.folder, entry]));
  } catch {
    return new Map();
  }
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
