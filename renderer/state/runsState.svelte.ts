import { z } from 'zod';
import type { Api } from '../../shared/ipc/contract';
import type { RunFolder, RunsReport, TrashedRun } from '../../shared/runs/runsReport';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { AnnotationChange } from '../../shared/runs/annotation';
import { runColumnIds, type RunColumnId } from '../../shared/runs/runColumns';
import { groupedRuns, runGroupingIds, type RunGroup } from '../../shared/runs/runGroups';
import { parseRunQuery, sortedRuns, type RunOrder } from '../../shared/runs/runQuery';
import type { RunSummary } from '../../shared/runs/runSummary';

/** A line of the table. */
export type RunLine =
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly group: RunGroup;
      readonly isOpen: boolean;
    }
  | { readonly kind: 'run'; readonly key: string; readonly run: RunSummary };

const viewSchema = z.object({
  query: z.string().max(1_000).default(''),
  order: z
    .object({
      column: z.enum(runColumnIds as [RunColumnId, ...RunColumnId[]]),
      isDescending: z.boolean(),
    })
    .default({ column: 'date', isDescending: true }),
  grouping: z.enum(['none', ...runGroupingIds]).default('none'),
  hidden: z
    .array(z.enum(runColumnIds as [RunColumnId, ...RunColumnId[]]))
    .default(['tags', 'note', 'protocol', 'style', 'training', 'device', 'size']),
});
type View = z.infer<typeof viewSchema>;

/** How long reports are gathered. */
const TOGETHER_MS = 30;

/** How the table was left, kept by the page. */
export interface ViewStore {
  readonly read: () => string | null;
  readonly write: (text: string) => void;
}

/** All runs in the kept folders, as they are searched, sorted, grouped and selected. */
export class RunsState {
  readonly #api: Api;
  readonly #store: ViewStore;
  #rows = $state.raw<ReadonlyMap<string, RunSummary>>(new Map());
  #view = $state.raw<View>(viewSchema.parse({}));
  #selected = $state.raw<ReadonlySet<string>>(new Set());
  #closed = $state.raw<ReadonlySet<string>>(new Set());
  /** Null before the first report. */
  #scan = $state.raw<Pick<RunsReport, 'done' | 'total'> | null>(null);
  #hasScanned = $state(false);
  #unreadable = $state.raw<NonNullable<RunsReport['unreadable']>>([]);
  #error = $state.raw<WireError | null>(null);
  /** What the last move to the trash took, for undo. */
  #lastTrashed = $state.raw<readonly TrashedRun[]>([]);
  #folders = $state.raw<readonly RunFolder[]>([]);
  #trash = $state.raw<readonly TrashedRun[]>([]);
  /** The run that is resumed by itself, and what that does now; null while none is. */
  #resuming = $state.raw<{ readonly folder: string; readonly phase: string } | null>(null);
  #waiting: RunsReport[] = [];

  readonly #matching = $derived.by((): { runs: readonly RunSummary[]; problem: string | null } => {
    const all = [...this.#rows.values()];
    try {
      return { runs: all.filter(parseRunQuery(this.#view.query)), problem: null };
    } catch (error) {
      const { message, remedy } = toWireError(error);
      return { runs: all, problem: `${message} ${remedy}` };
    }
  });
  readonly #sorted = $derived(sortedRuns(this.#matching.runs, this.#view.order));
  readonly #lines = $derived.by((): readonly RunLine[] => {
    const { grouping } = this.#view;
    const lineOf = (run: RunSummary): RunLine => ({ kind: 'run', key: run.folder, run });
    if (grouping === 'none') return this.#sorted.map(lineOf);
    return groupedRuns(this.#sorted, grouping).flatMap((group): RunLine[] => {
      const isOpen = !this.#closed.has(group.key);
      const head: RunLine = { kind: 'group', key: `group ${group.key}`, group, isOpen };
      return isOpen ? [head, ...group.runs.map(lineOf)] : [head];
    });
  });
  /** Only of what the search shows: nothing happens to a run that is not seen. */
  readonly #chosen = $derived.by(() => {
    const shown = new Set(this.#matching.runs);
    return [...this.#selected].flatMap((folder) => {
      const run = this.#rows.get(folder);
      return run !== undefined && shown.has(run) ? run : [];
    });
  });

  constructor(api: Api, store: ViewStore) {
    this.#api = api;
    this.#store = store;
    try {
      this.#view = viewSchema.parse(JSON.parse(store.read() ?? '{}'));
    } catch {
      // A view of another version: the table begins as it would without one.
    }
  }

  get view() {
    return this.#view;
  }
  get lines() {
    return this.#lines;
  }
  get columns(): readonly RunColumnId[] {
    return runColumnIds.filter((id) => !this.#view.hidden.includes(id));
  }
  /** Why the search cannot be understood; all runs are shown then. */
  get queryProblem() {
    return this.#matching.problem;
  }
  get all(): readonly RunSummary[] {
    return [...this.#rows.values()];
  }
  get count() {
    return this.#rows.size;
  }
  get matchingCount() {
    return this.#matching.runs.length;
  }
  get selected() {
    return this.#selected;
  }
  /** The selected runs that are still there. */
  get chosen() {
    return this.#chosen;
  }
  get scan() {
    return this.#scan;
  }
  /** Whether all folders have been looked at once. */
  get hasScanned() {
    return this.#hasScanned;
  }
  get unreadable() {
    return this.#unreadable;
  }
  get error() {
    return this.#error;
  }
  get resuming() {
    return this.#resuming;
  }
  get lastTrashed() {
    return this.#lastTrashed;
  }
  get folders() {
    return this.#folders;
  }
  get trash() {
    return this.#trash;
  }

  run(folder: string): RunSummary | null {
    return this.#rows.get(folder) ?? null;
  }

  /** The first rows are shown at once, those that follow together: each showing sorts all of them. */
  receive(report: RunsReport): void {
    this.#waiting.push(report);
    if (this.#rows.size === 0) this.#take();
    else if (this.#waiting.length === 1) setTimeout(() => this.#take(), TOGETHER_MS);
  }

  #take(): void {
    const reports = this.#waiting;
    this.#waiting = [];
    const rows = new Map(this.#rows);
    const selected = new Set(this.#selected);
    for (const { changed, removed, done, total, unreadable, error } of reports) {
      for (const folder of removed) {
        rows.delete(folder);
        selected.delete(folder);
      }
      for (const run of changed) rows.set(run.folder, run);
      this.#scan = { done, total };
      if (unreadable !== null) {
        this.#unreadable = unreadable;
        this.#hasScanned = true;
      }
      if (error !== null) this.#error = error;
    }
    const isOther = reports.some(({ changed, removed }) => changed.length + removed.length > 0);
    if (!isOther) return;
    this.#rows = rows;
    if (selected.size !== this.#selected.size) this.#selected = selected;
  }

  change(view: Partial<View>): void {
    this.#view = { ...this.#view, ...view };
    this.#store.write(JSON.stringify(this.#view));
  }

  /** The other direction if it is sorted by this column already. */
  sortBy(column: RunColumnId): void {
    const { order } = this.#view;
    const isDescending = order.column === column ? !order.isDescending : column === 'date';
    this.change({ order: { column, isDescending } satisfies RunOrder });
  }

  showColumn(column: RunColumnId, isShown: boolean): void {
    const hidden = this.#view.hidden.filter((own) => own !== column);
    this.change({ hidden: isShown ? hidden : [...hidden, column] });
  }

  toggleGroup(key: string): void {
    const closed = new Set(this.#closed);
    if (!closed.delete(key)) closed.add(key);
    this.#closed = closed;
  }

  select(folders: Iterable<string>): void {
    this.#selected = new Set(folders);
  }

  toggle(folders: readonly string[]): void {
    const selected = new Set(this.#selected);
    const areAll = folders.every((folder) => selected.has(folder));
    for (const folder of folders) {
      if (areAll) selected.delete(folder);
      else selected.add(folder);
    }
    this.#selected = selected;
  }

  /** Errors from the main process are shown, not lost. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#error = toWireError(error);
    }
  }

  /** Trains what is missing of a run that lies in no experiment; the table shows how it moves. */
  async resumeAlone(folder: string): Promise<void> {
    if (this.#resuming !== null) return;
    this.#resuming = { folder, phase: 'Starting' };
    try {
      await this.#api.resumeAlone({ folder });
    } finally {
      this.#resuming = null;
    }
  }

  async stopResuming(): Promise<void> {
    if (this.#resuming !== null) this.receivePhase('Stopping');
    await this.#api.stopTrainingAgain(null);
  }

  receivePhase(phase: string): void {
    if (this.#resuming !== null) this.#resuming = { ...this.#resuming, phase };
  }

  dismissError(): void {
    this.#error = null;
  }

  async show(isShown: boolean): Promise<void> {
    await this.attempt(async () => {
      await this.#api.watchRuns({ isShown });
      if (isShown) this.#folders = await this.#api.runFolders(null);
    });
  }

  /** Looks at all folders once, however long that takes. */
  async settled(): Promise<void> {
    await this.show(true);
    while (!this.#hasScanned && this.#error === null) {
      await new Promise((resolve) => setTimeout(resolve, TOGETHER_MS));
    }
    await this.show(false);
  }

  async annotate({ folder }: RunSummary, change: AnnotationChange): Promise<void> {
    // Shown at once; the folder's own report follows.
    const before = this.#rows.get(folder);
    if (before === undefined) return;
    const annotation = { ...before.annotation, ...change };
    this.#rows = new Map(this.#rows).set(folder, { ...before, annotation });
    try {
      await this.#api.annotateRun({ folder, change });
    } catch (error) {
      this.#rows = new Map(this.#rows).set(folder, before);
      this.#error = toWireError(error);
    }
  }

  async moveToTrash(runs: readonly RunSummary[]): Promise<void> {
    if (runs.length === 0) return;
    await this.attempt(async () => {
      const folders = runs.map(({ folder }) => folder);
      const { trashed, error } = await this.#api.trashRuns({ folders });
      if (trashed.length > 0) this.#lastTrashed = trashed;
      const gone = new Set(trashed.map(({ from }) => from));
      this.#rows = new Map([...this.#rows].filter(([folder]) => !gone.has(folder)));
      this.#selected = new Set([...this.#selected].filter((folder) => !gone.has(folder)));
      if (error !== null) this.#error = error;
    });
  }

  async undoTrash(): Promise<void> {
    const places = this.#lastTrashed.map(({ place }) => place);
    if (places.length === 0) return;
    this.#lastTrashed = [];
    await this.attempt(() => this.#api.restoreRuns({ places }));
    await this.listTrash();
  }

  forgetUndo(): void {
    this.#lastTrashed = [];
  }

  async listTrash(): Promise<void> {
    await this.attempt(async () => {
      this.#trash = await this.#api.trashedRuns(null);
    });
  }

  async restore(places: readonly string[]): Promise<void> {
    this.#lastTrashed = this.#lastTrashed.filter(({ place }) => !places.includes(place));
    await this.attempt(() => this.#api.restoreRuns({ places }));
    await this.listTrash();
  }

  async emptyTrash(): Promise<void> {
    this.#lastTrashed = [];
    await this.attempt(() => this.#api.emptyTrash(null));
    await this.listTrash();
  }

  async keepFolder(): Promise<void> {
    await this.attempt(async () => {
      this.#folders = await this.#api.keepRunFolder(null);
    });
  }

  async forgetFolder(folder: string): Promise<void> {
    await this.attempt(async () => {
      this.#folders = await this.#api.forgetRunFolder({ folder });
      const isIn = (own: string) => this.#folders.some((kept) => own.startsWith(kept.folder));
      this.#rows = new Map([...this.#rows].filter(([own]) => isIn(own)));
    });
  }
}
