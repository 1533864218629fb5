import type {
  Architecture,
  SequentialArchitecture,
  SubclassArchitecture,
} from '../../shared/architecture/architecture';
import type { Api, OpenedProject } from '../../shared/ipc/contract';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { Project } from '../../shared/training/projectFile';
import type { Draft, DraftContent } from './draft.svelte';
import type { Plan } from './plan.svelte';

/** The project on screen as a file: where it is saved, whether it changed since, and its draft. */
export class ProjectDocument {
  readonly #api: Api;
  readonly #draft: Draft;
  readonly #plan: Plan;
  #path = $state<string | null>(null);
  #error = $state.raw<WireError | null>(null);
  #recent = $state.raw<readonly string[]>([]);
  /** The file's content, as text; empty for a network that is in no file. */
  #saved = $state('');

  /** The whole project as it would be saved; null while a field of the plan is not valid, or nothing is built. */
  readonly project: Project | null = $derived.by(() => {
    if (this.#draft.isEmpty) return null;
    const result = this.#plan.projectOf(this.#draft.built);
    if (!('project' in result)) return null;
    return { ...result.project, canvas: { ...this.#draft.content.positions } };
  });
  readonly #text = $derived(this.project === null ? '' : JSON.stringify(this.project));

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
  get recent() {
    return this.#recent;
  }
  get isChanged(): boolean {
    return this.#text !== this.#saved;
  }

  report(error: unknown): void {
    this.#error = toWireError(error);
  }

  dismissError(): void {
    this.#error = null;
  }

  /** Takes up what the last session left, or the file that the app was started with. */
  async begin(): Promise<void> {
    await this.#ask(async () => {
      const { draft, file } = await this.#api.startWith(null);
      this.#recent = await this.#api.recentProjects(null);
      if (file !== null) return this.#take(await this.#api.openProject({ path: file }));
      if (draft === null) return;
      this.#show(draft.project);
      this.#path = draft.path;
      this.#saved = draft.isChanged ? '' : this.#text;
    });
  }

  /** @param path null asks the user */
  async open(path: string | null): Promise<void> {
    await this.#ask(async () => this.#take(await this.#api.openProject({ path })));
    await this.#ask(async () => {
      this.#recent = await this.#api.recentProjects(null);
    });
  }

  /** @returns whether it is saved now */
  async save(as: 'same' | 'new'): Promise<boolean> {
    const { project } = this;
    if (project === null) return false;
    let isSaved = false;
    await this.#ask(async () => {
      const path = as === 'new' ? null : this.#path;
      // Plain data: what is reactive cannot cross the bridge.
      const plain = JSON.parse(JSON.stringify(project)) as Project;
      const answer = await this.#api.saveProject({ path, project: plain });
      if (answer === null) return;
      this.#path = answer.path;
      this.#saved = JSON.stringify(project);
      isSaved = true;
      this.#recent = await this.#api.recentProjects(null);
    });
    return isSaved;
  }

  close(): void {
    this.#draft.open(contentOf([], {}));
    this.#path = null;
    this.#saved = '';
  }

  /** For the next start, in case this one ends in a crash. */
  async keep(): Promise<void> {
    const text = this.#text;
    if (text === '' && !this.#draft.isEmpty) return;
    await this.#ask(() =>
      this.#api.keepDraft(
        text === ''
          ? null
          : { path: this.#path, isChanged: this.isChanged, project: JSON.parse(text) as Project },
      ),
    );
  }

  #take(opened: OpenedProject | null): void {
    if (opened === null) return;
    this.#show(opened.project);
    this.#plan.csv = opened.csv;
    this.#path = opened.path;
    this.#saved = this.#text;
  }

  #show(project: Project): void {
    this.#draft.open(contentOf(project.architectures, project.canvas));
    this.#plan.open(project);
  }

  async #ask(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#error = toWireError(error);
    }
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
  const subclass = architectures.find(
    (own): own is SubclassArchitecture => own.style === 'subclass',
  );
  return {
    sequential: sequential ?? { style: 'sequential', inputShape, layers: [] },
    subclass: subclass ?? { style: 'subclass', inputShape, members: [], calls: [] },
    positions,
  };
}
