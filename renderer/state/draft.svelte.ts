import {
  asSubclass,
  type Architecture,
  type SequentialArchitecture,
  type Style,
  type SubclassArchitecture,
} from '../../shared/architecture/architecture';
import { asFunctional } from '../../shared/architecture/bothStyles';
import { asSequential } from '../../shared/architecture/asSequential';
import {
  calledAgain,
  connected,
  disconnected,
  inserted,
  moved,
  newLayer,
  removedCalls,
  removedLayers,
  renamed,
  withField,
  withMember,
} from '../../shared/architecture/edits';
import {
  fragmentOf,
  pastedInGraph,
  pastedInStack,
  type Fragment,
} from '../../shared/architecture/fragment';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import { fittedToData } from '../../shared/architecture/fittedToData';
import { forwardPlan, type Problem } from '../../shared/architecture/forwardPlan';
import {
  addedInput,
  reshapedInput,
  removedInput,
  renamedInput,
} from '../../shared/architecture/inputEdits';
import { inputsOf, severalInputs, type NetworkInput } from '../../shared/architecture/inputs';
import type { LayerKind, LayerSpec } from '../../shared/architecture/layerCatalog';
import type { Shape } from '../../shared/architecture/layers/definition';
import type { Template } from '../../shared/architecture/templates';
import { History } from './history.svelte';

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** An input of a call: the call's name, and which of its inputs. */
export interface Place {
  readonly to: string;
  readonly place: number;
}

/** Those that are edited: a Functional is always that of the graph. */
type EditedStyle = Exclude<Style, 'functional'>;

/** Both styles of the network being built; canvas positions are not part of the architecture. */
export interface DraftContent {
  readonly sequential: SequentialArchitecture;
  readonly subclass: SubclassArchitecture;
  /** Whether a graph that is not a stack is trained as a Functional too. */
  readonly hasFunctional: boolean;
  readonly positions: Readonly<Record<string, Position>>;
}

/** Both styles without a layer. */
export const emptyContent = (inputShape: number[]): DraftContent => ({
  sequential: { style: 'sequential', inputShape, layers: [] },
  subclass: { style: 'subclass', inputShape, members: [], calls: [] },
  hasFunctional: true,
  positions: {},
});

/** The network on the canvas: what it is, what is selected, and every way to change it. */
export class Draft {
  readonly #history = new History<DraftContent>(emptyContent([4]));
  /** The style that palette, keyboard and inspector work on. */
  #style = $state<EditedStyle>('sequential');
  /** Layer ids of a stack, names of calls of a graph. */
  #selected = $state.raw<ReadonlySet<string>>(new Set());
  #selectedEdges: readonly Place[] = [];
  /** Why the last edit was refused. */
  #refusal = $state<string | null>(null);

  #layouts = $state(0);

  readonly content = $derived.by(() => this.#history.present);
  // Each by itself: a change of one style leaves the other's plan as it is.
  readonly sequential = $derived(this.content.sequential);
  readonly subclass = $derived(this.content.subclass);
  readonly positions = $derived(this.content.positions);
  readonly sequentialPlan = $derived(forwardPlan(this.sequential));
  readonly subclassPlan = $derived(forwardPlan(this.subclass));
  /** Why the graph is not a stack; empty if it is one. */
  readonly whyNoStack: readonly Problem[] = $derived.by(() => {
    const result = asSequential(this.subclass);
    return 'reasons' in result ? result.reasons : [];
  });
  readonly plan = $derived(this.#style === 'sequential' ? this.sequentialPlan : this.subclassPlan);

  get style(): EditedStyle {
    return this.#style;
  }
  get architecture(): Architecture {
    return this.content[this.#style];
  }
  get selected(): ReadonlySet<string> {
    return this.#selected;
  }
  get refusal(): string | null {
    return this.#refusal;
  }
  /** Counts how often a layout of the whole graph was requested. */
  get layouts(): number {
    return this.#layouts;
  }
  get canUndo(): boolean {
    return this.#history.canUndo;
  }
  get canRedo(): boolean {
    return this.#history.canRedo;
  }
  get isEmpty(): boolean {
    const { sequential, subclass } = this.content;
    return sequential.layers.length === 0 && subclass.calls.length === 0;
  }

  /** Whether the graph has no other style but a Functional, since there is no stack and it is none. */
  get isOnlyGraph(): boolean {
    const { sequential, subclass } = this.content;
    return (
      sequential.layers.length === 0 && subclass.calls.length > 0 && this.whyNoStack.length > 0
    );
  }

  /** The styles that hold a network, the Model subclass second: what a project is made of. */
  get built(): readonly Architecture[] {
    const { sequential, subclass, hasFunctional } = this.content;
    return [
      ...(sequential.layers.length > 0 ? [sequential] : []),
      ...(this.isOnlyGraph && hasFunctional ? [asFunctional(subclass)] : []),
      ...(subclass.calls.length > 0 ? [subclass] : []),
    ];
  }

  /** The first thing that keeps a built style from being trained; null where nothing does. */
  get builtProblems(): string | null {
    if (this.isEmpty) return 'There is no network yet.';
    const { sequential, subclass } = this.content;
    const [first] = [
      ...(sequential.layers.length > 0 ? this.sequentialPlan.problems : []),
      ...(subclass.calls.length > 0 ? this.subclassPlan.problems : []),
    ];
    return first === undefined ? null : `${first.layer ?? 'Network'}: ${first.message}`;
  }

  /** The one layer that the inspector shows, or null. */
  get inspected(): LayerSpec | null {
    const [name] = this.#selected;
    if (name === undefined || this.#selected.size > 1) return null;
    return this.layerOf(name);
  }

  /** The selected input of the graph; null if something else is selected. */
  get inspectedInput(): NetworkInput | null {
    const [name] = this.#selected;
    if (this.#style === 'sequential' || this.#selected.size !== 1) return null;
    return inputsOf(this.content.subclass).find((own) => own.name === name) ?? null;
  }

  /** The layer behind a selected name: of a stack the layer itself, of a graph the one called. */
  layerOf(name: string): LayerSpec | null {
    const { sequential, subclass } = this.content;
    if (this.#style === 'sequential')
      return sequential.layers.find(({ id }) => id === name) ?? null;
    const layer = subclass.calls.find((call) => call.name === name)?.layer;
    return subclass.members.find(({ id }) => id === layer) ?? null;
  }

  work(style: EditedStyle): void {
    if (style === this.#style) return;
    this.#style = style;
    this.select([]);
  }

  select(names: Iterable<string>): void {
    this.#selected = new Set(names);
    this.#history.seal();
  }

  selectEdges(edges: readonly Place[]): void {
    this.#selectedEdges = edges;
  }

  /** Selects what a problem is about. */
  show({ layer, call }: Problem): void {
    const name = this.#style === 'sequential' ? layer : (call ?? this.#callOf(layer));
    this.select(name === null ? [] : [name]);
  }

  seal(): void {
    this.#history.seal();
  }

  undo(): void {
    this.#history.undo();
    this.#settle();
  }

  redo(): void {
    this.#history.redo();
    this.#settle();
  }

  /** Starts over; undo cannot bring back what was there. */
  open(content: DraftContent): void {
    this.#history.reset(content);
    this.#layouts++;
    this.#style =
      content.sequential.layers.length > 0 || content.subclass.calls.length === 0
        ? 'sequential'
        : 'subclass';
    this.select([]);
    this.#refusal = null;
  }

  useTemplate({ sequential, subclass }: Template): void {
    this.open({
      ...emptyContent(subclass.inputShape),
      ...(sequential && { sequential }),
      subclass,
    });
    this.#style = sequential === null ? 'subclass' : 'sequential';
    this.select([]);
  }

  /** Replaces the network with an imported one; a stack gives both styles. */
  useImported(architecture: Architecture): void {
    const isStack = architecture.style === 'sequential';
    this.open({
      ...emptyContent(architecture.inputShape),
      ...(isStack && { sequential: architecture }),
      subclass: asSubclass(architecture),
    });
    this.#style = isStack ? 'sequential' : 'subclass';
    this.select([]);
  }

  /** Fits both styles to the data: the input shape, and as many output units as it asks for. */
  fitTo({ rowShape, classes, targets }: DataFacts): void {
    this.changeBoth((own) => fittedToData(own, rowShape, { classes: classes.length, targets }));
  }

  /** The same change in both styles. */
  changeBoth(
    change: <A extends Architecture>(architecture: A) => A,
    key: string | null = null,
  ): void {
    const { sequential, subclass } = this.content;
    const both = { sequential: change(sequential), subclass: change(subclass) };
    this.#change({ ...this.content, ...both }, key);
  }

  /** Both styles see the same data. */
  setInputShape(shape: readonly number[]): void {
    this.changeBoth((own) => ({ ...own, inputShape: [...shape] }), 'inputShape');
  }

  /** One input more of the graph. */
  addInput(): void {
    const { content } = this;
    const subclass = addedInput(content.subclass);
    this.#change({ ...content, subclass });
    this.select([inputsOf(subclass).at(-1)?.name ?? '']);
  }

  /** Without one of several inputs. */
  removeInput(name: string): void {
    const { content } = this;
    if (severalInputs(content.subclass) === null) return;
    this.#change({ ...content, subclass: removedInput(content.subclass, name) });
    this.select([]);
  }

  /** @returns why it is refused, or null */
  reshapeInput(name: string, shape: readonly number[]): string | null {
    const result = reshapedInput(this.subclass, name, shape);
    if ('problem' in result || severalInputs(result) !== null) {
      return this.#edit(result, `${name}.shape`);
    }
    this.setInputShape(result.inputShape);
    return null;
  }

  /** @returns why it is refused, or null */
  renameInput(name: string, wanted: string): string | null {
    const problem = this.#edit(renamedInput(this.subclass, name, wanted));
    if (problem === null) this.select([wanted]);
    return problem;
  }

  /** A new layer: in a stack at `index` or after the selection, in a graph after the selected or last. */
  add(kind: LayerKind, at: { readonly index?: number; readonly position?: Position } = {}): void {
    const { content } = this;
    if (this.#style === 'sequential') {
      const index = at.index ?? this.#behindSelection();
      const layer = newLayer(kind, content.sequential, this.#shapeBefore(index));
      this.#change({ ...content, sequential: inserted(content.sequential, index, [layer]) });
      this.select([layer.id]);
      return;
    }
    const [behind] = this.#selected.size === 1 ? this.#selected : [];
    const { calls } = content.subclass;
    const inputs = inputsOf(content.subclass);
    const from =
      at.position !== undefined ? undefined : (behind ?? calls.at(-1)?.name ?? inputs[0]?.name);
    const shape =
      this.subclassPlan.calls.find(({ name }) => name === from)?.output ??
      inputs.find(({ name }) => name === from)?.shape;
    const layer = newLayer(kind, content.subclass, shape ?? content.subclass.inputShape);
    this.#change({
      ...content,
      subclass: withMember(content.subclass, layer, from === undefined ? [] : [from]),
      positions: at.position
        ? { ...content.positions, [layer.id]: at.position }
        : content.positions,
    });
    this.select([layer.id]);
  }

  moveTo(index: number): void {
    const { content } = this;
    this.#change({ ...content, sequential: moved(content.sequential, this.#selected, index) });
  }

  /** Moves the selection one place up or down. */
  moveBy(direction: -1 | 1): void {
    const { layers } = this.content.sequential;
    const places = layers.flatMap(({ id }, place) => (this.#selected.has(id) ? [place] : []));
    const [first, last] = [places[0], places.at(-1)];
    if (first === undefined || last === undefined) return;
    if (direction < 0 ? first > 0 : last < layers.length - 1) {
      this.moveTo(direction < 0 ? first - 1 : last + 2);
    }
  }

  removeSelected(): void {
    const { content } = this;
    if (this.#selected.size === 0) {
      if (this.#selectedEdges.length > 0) this.disconnect(this.#selectedEdges);
      return;
    }
    const input = this.inspectedInput;
    if (input !== null) return this.removeInput(input.name);
    this.#change(
      this.#style === 'sequential'
        ? { ...content, sequential: removedLayers(content.sequential, this.#selected) }
        : { ...content, subclass: removedCalls(content.subclass, this.#selected) },
    );
    this.select([]);
  }

  setField(id: string, field: string, value: unknown): string | null {
    return this.#edit(withField(this.architecture, id, field, value), `${id}.${field}`);
  }

  rename(id: string, wanted: string): string | null {
    const { content, architecture } = this;
    const result = renamed(architecture, id, wanted);
    if ('problem' in result) return result.problem;
    const { [id]: own, ...others } = content.positions;
    const positions = own === undefined ? others : { ...others, [wanted]: own };
    this.#change({ ...content, [this.#style]: result, positions });
    this.select([...this.#selected].map((name) => (name === id ? wanted : name)));
    return null;
  }

  connect(from: string, to: string): void {
    this.#refusal = this.#edit(connected(this.content.subclass, from, to));
  }

  disconnect(edges: readonly Place[]): void {
    // Starting with the last place, so that the others keep theirs.
    const subclass = [...edges]
      .sort((a, b) => b.place - a.place)
      .reduce((graph, { to, place }) => disconnected(graph, to, place), this.content.subclass);
    this.#selectedEdges = [];
    this.#change({ ...this.content, subclass });
  }

  callAgain(id: string): void {
    const subclass = calledAgain(this.content.subclass, id);
    this.#change({ ...this.content, subclass });
    this.select([subclass.calls.at(-1)?.name ?? '']);
  }

  place(positions: Readonly<Record<string, Position>>): void {
    this.#change({ ...this.content, positions: { ...this.content.positions, ...positions } });
  }

  /** A call without a position of its own goes where the layout puts it. */
  layOut(): void {
    this.#layouts++;
    this.#change({ ...this.content, positions: {} });
  }

  setFunctional(hasFunctional: boolean): void {
    this.#change({ ...this.content, hasFunctional });
  }

  makeSubclass(): void {
    this.#layouts++;
    this.#change({ ...this.content, subclass: asSubclass(this.content.sequential), positions: {} });
    this.work('subclass');
  }

  makeSequential(): void {
    const result = asSequential(this.content.subclass);
    if ('reasons' in result) return;
    this.#change({ ...this.content, sequential: result.sequential });
    this.work('sequential');
  }

  /** What is selected, for the clipboard; null where nothing is. */
  copied(): Fragment | null {
    return fragmentOf(this.architecture, this.#selected);
  }

  /** Inserts copies under new ids, in a stack after the selection, and selects them. */
  paste(fragment: Fragment): void {
    const { content } = this;
    const { architecture, names } =
      this.#style === 'sequential'
        ? pastedInStack(content.sequential, this.#behindSelection(), fragment)
        : pastedInGraph(content.subclass, fragment);
    this.#change({ ...content, [this.#style]: architecture });
    this.select(names);
  }

  duplicate(): void {
    const fragment = this.copied();
    if (fragment !== null) this.paste(fragment);
  }

  #edit<A extends Architecture>(
    result: A | { readonly problem: string },
    key: string | null = null,
  ): string | null {
    if ('problem' in result) return result.problem;
    this.#change({ ...this.content, [result.style]: result }, key);
    return null;
  }

  #change(content: DraftContent, key: string | null = null): void {
    this.#refusal = null;
    this.#history.change(content, key);
  }

  /** After undo the selection may name layers that are gone. */
  #settle(): void {
    const inputs = new Set(inputsOf(this.content.subclass).map(({ name }) => name));
    this.select(
      [...this.#selected].filter((name) => inputs.has(name) || this.layerOf(name) !== null),
    );
  }

  #callOf(layer: string | null): string | null {
    return this.content.subclass.calls.find((call) => call.layer === layer)?.name ?? null;
  }

  #behindSelection(): number {
    const { layers } = this.content.sequential;
    const places = layers.flatMap(({ id }, place) => (this.#selected.has(id) ? [place] : []));
    return (places.at(-1) ?? layers.length - 1) + 1;
  }

  #shapeBefore(index: number): Shape {
    const { sequential } = this.content;
    const id = sequential.layers[index - 1]?.id;
    const planned = this.sequentialPlan.calls.find(({ name }) => name === id);
    return planned?.output ?? sequential.inputShape;
  }
}
