import {
  asSubclass,
  type Architecture,
  type SequentialArchitecture,
} from '../../shared/architecture/architecture';
import type { ChosenFiles } from '../../shared/data/chosen';
import type { Api, Interruption, OpenedProject, Requests } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { Project } from '../../shared/training/projectFile';
import { emptyContent, type Draft, type DraftContent } from './draft.svelte';
import type { Plan } from './plan.svelte';

/** What happened to the previous session or page. */
export type Before = Pick<
  Requests['startWith']['output'],
  'interruption' | 'lostWindow' | 'running'
> & {
  /** An experiment that the user chose, not one that the previous session left. */
  readonly isGiven?: true;
};

interface State {
  readonly content: DraftContent;
  readonly plan: string;
}

/** The project on screen as a file: where it is saved, whether it changed since, and its draft. */
export class ProjectDocument {
  readonly #api: Api;
  readonly #draft: Draft;
  readonly #plan: Plan;
  #path = $state<string | null>(null);
  #givenBundle = $state<string | null>(null);
  #error = $state.raw<WireError | null>(null);
  #before = $state.raw<Before | null>(null);
  #recent = $state.raw<readonly string[]>([]);
  /** What the file holds; null for an unsaved network. Undo returns to the same object. */
  #saved = $state.raw<State | null>(null);
  /** What a template or an import showed; null for anything else. */
  #untouched = $state.raw<State | null>(null);

  constructor(api: Api, draft: Draft, plan: Plan) {
    this.#api = api;
    this.#draft = draft;
    this.#plan = plan;
  }

  get path() {
    return this.#path;
  }
  get error() {
    return this.#error;
  }
  /** A bundle that the app was started with, until it is taken. */
  get givenBundle() {
    return this.#givenBundle;
  }
  takeGivenBundle(): string {
    const path = this.#givenBundle ?? '';
    this.#givenBundle = null;
    return path;
  }
  /** Until the user has read it. */
  get before() {
    return this.#before;
  }
  dismissBefore(): void {
    this.#before = null;
  }
  /** Shows an experiment that was given to be resumed. */
  tell(interruption: Interruption): void {
    this.#before = { interruption, lostWindow: null, running: null, isGiven: true };
  }
  get recent() {
    return this.#recent;
  }
  get canSave(): boolean {
    return !this.#draft.isEmpty;
  }
  get isChanged(): boolean {
    return this.#saved === null ? !this.#draft.isEmpty : !this.#is(this.#saved);
  }
  /** Whether closing it would lose work: an untouched template can be reopened with a click. */
  get isWorthAsking(): boolean {
    return this.isChanged && !(this.#untouched !== null && this.#is(this.#untouched));
  }

  #is({ content, plan }: State): boolean {
    return content === this.#draft.content && plan === this.#plan.text;
  }

  /** Errors from the main process are shown, not lost. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#error = toWireError(error);
    }
  }

  dismissError(): void {
    this.#error = null;
  }

  /**
   * Restores what the last session left, or the file that the app was started with.
   * @param onBefore is called at once, so that no event of a running training arrives in between
   */
  async begin(onBefore: (before: Before) => void): Promise<void> {
    await this.attempt(async () => {
      const { draft, file, files, bundle, ...before } = await this.#api.startWith(null);
      this.#before = before;
      onBefore(before);
      this.#givenBundle = bundle;
      this.#recent = await this.#api.recentProjects(null);
      if (file !== null) return this.#take(await this.#api.openProject({ path: file }));
      if (draft === null) return;
      this.#show(draft.project, files);
      this.#path = draft.path;
      if (!draft.isChanged) this.#saved = this.#now();
    });
  }

  /** @param path null asks the user */
  async open(path: string | null): Promise<void> {
    await this.attempt(async () => this.#take(await this.#api.openProject({ path })));
    await this.attempt(async () => {
      this.#recent = await this.#api.recentProjects(null);
    });
  }

  /** Shows a project that lies in no file: saving it asks where. */
  openUnsaved(project: Project, files: ChosenFiles): void {
    this.#error = null;
    this.#show(project, files);
    this.beginAnew();
  }

  /** @returns whether it is saved now */
  async save(as: 'same' | 'new'): Promise<boolean> {
    if (this.#draft.isEmpty) return false;
    // A file that matches what is on screen stays as it is, byte for byte.
    if (as === 'same' && this.#path !== null && !this.isChanged) return true;
    const project = this.#project();
    if (project === null) {
      this.#error = {
        code: 'bad-project',
        message: `The project was not saved, because of a field in Run: ${[...this.#plan.problems.values()][0] ?? 'it is not valid.'}`,
        remedy: 'Correct the marked field in Run, then save again.',
      };
      return false;
    }
    const saved = this.#now();
    let isSaved = false;
    await this.attempt(async () => {
      const path = as === 'new' ? null : this.#path;
      const answer = await this.#api.saveProject({ path, project });
      if (answer === null) return;
      this.#path = answer.path;
      this.#saved = saved;
      this.#error = null;
      isSaved = true;
      this.#recent = await this.#api.recentProjects(null);
    });
    return isSaved;
  }

  /** The network on screen is a new one: saving it asks where. */
  beginAnew(): void {
    this.#path = null;
    this.#saved = null;
    this.#untouched = this.#now();
  }

  close(): void {
    this.#draft.open(contentOf([], {}));
    this.#plan.reset();
    this.beginAnew();
  }

  /** For the next start, in case this one ends in a crash. */
  async keep(): Promise<void> {
    const { isEmpty, built, content } = this.#draft;
    const project = isEmpty ? null : this.#plan.projectToKeep(built, { ...content.positions });
    if (project === null && !isEmpty) return;
    const { path, isChanged } = this;
    await this.attempt(() =>
      this.#api.keepDraft(project === null ? null : { path, isChanged, project }),
    );
  }

  #take(opened: OpenedProject | null): void {
    if (opened === null) return;
    this.#error = null;
    this.#show(opened.project, opened.files);
    this.#path = opened.path;
    this.#saved = this.#now();
  }

  #show(project: Project, files: ChosenFiles): void {
    this.#draft.open(contentOf(project.architectures, project.canvas));
    this.#plan.open(project, files);
  }

  #now(): State {
    return { content: this.#draft.content, plan: this.#plan.text };
  }

  /** Null while a field of the plan is not valid. */
  #project(): Project | null {
    return this.#plan.projectOf(this.#draft.built, { ...this.#draft.content.positions });
  }
}

function contentOf(
  architectures: readonly Architecture[],
  positions: DraftContent['positions'],
): DraftContent {
  const inputShape = architectures[0]?.inputShape ?? [4];
  const sequential = architectures.find(
    (own): own is SequentialArchitecture => own.style === 'sequential',
  );
  const graph =
    architectures.find((own) => own.style === 'subclass') ??
    architectures.find((own) => own.style === 'functional');
  return {
    ...emptyContent(inputShape),
    ...(sequential && { sequential }),
    ...(graph && { subclass: asSubclass(graph) }),
    hasFunctional: architectures.some(({ style }) => style !== 'subclass'),
    positions,
  };
}
