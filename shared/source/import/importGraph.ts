import type { LayerCall } from '../../architecture/architecture';
import { definitionOf, type LayerSpec } from '../../architecture/layerCatalog';
import { keyOf, type Building } from './building';
import { importCall } from './importCall';
import { kindOfClass } from './importLayer';
import {
  areSameMasks,
  importedMask,
  isMaskOperation,
  isOperation,
  StoredMasks,
  type ImportedMask,
} from './importMasks';
import {
  nameOf,
  storedLayerSchema,
  storedModel,
  type Source,
  type StoredLayer,
  type StoredModel,
} from './storedModel';

/** A stored model as layers and their calls, whichever way it was written. */
interface StoredGraph {
  readonly entries: readonly Entry[];
  readonly inputs: readonly Source[];
  readonly outputs: readonly Source[];
}

interface Entry {
  /** What sources call the layer: unlike its name never twice. */
  readonly key: string;
  readonly layer: StoredLayer;
  readonly nodes: readonly unknown[];
}

const STACK_INPUT = 'input of the stack';

export function graphOf(model: StoredModel): StoredGraph {
  if (model.kind === 'functional') {
    const { layers, inputs, outputs } = model;
    const entries = layers.map((layer) => ({
      key: nameOf(layer),
      layer,
      nodes: layer.inbound_nodes ?? [],
    }));
    return { entries, inputs, outputs };
  }
  const input: Source = [STACK_INPUT, 0, 0];
  let last = input;
  const entries = model.layers.flatMap((layer, at): Entry[] => {
    if (layer.class_name === 'InputLayer') return [];
    const nodes = [[last]];
    last = [String(at), 0, 0];
    return [{ key: String(at), layer, nodes }];
  });
  return { entries, inputs: [input], outputs: [last] };
}

interface Call {
  readonly entry: Entry;
  readonly layer: StoredLayer;
  readonly index: number;
  readonly sources: readonly Source[];
  readonly mask: Source | null;
}

/** Converts the calls of a stored model; a model within it is taken apart into its layers. */
export class GraphImport {
  readonly members = new Map<string, LayerSpec>();
  readonly calls: LayerCall[] = [];
  readonly #built: Building;
  /** Of values, by name. */
  readonly #masks = new Map<string, ImportedMask>();

  constructor(built: Building) {
    this.#built = built;
  }

  /**
   * @param within names of the models around it
   * @param given names of the values of its inputs; none if they are not known
   * @returns names of the values of its outputs
   */
  run(
    { entries, inputs, outputs }: StoredGraph,
    within: readonly string[],
    given: readonly string[],
  ): readonly (string | undefined)[] {
    const values = new Map<string, string>();
    given.forEach((name, at) => {
      const input = inputs[at];
      if (input !== undefined) values.set(keyOf(input), name);
    });
    const valueOf = (source: Source) => values.get(keyOf(source));
    const stored = new StoredMasks(entries.map(({ layer }) => layer));
    const waiting = this.#callsOf(entries);
    // A layer may be listed before the layers that it is called on.
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const call of [...waiting]) {
        const taken = call.sources.map(valueOf);
        if (!taken.every((name) => name !== undefined)) continue;
        waiting.splice(waiting.indexOf(call), 1);
        isMoving = true;
        const given = call.mask === null ? null : stored.read(call.mask, valueOf);
        this.#call(call, within, taken, given).forEach((name, output) => {
          if (name !== undefined) values.set(keyOf([call.entry.key, call.index, output]), name);
        });
      }
    }
    this.#explain(waiting, within);
    return outputs.map(valueOf);
  }

  #callsOf(entries: readonly Entry[]): Call[] {
    return entries
      .filter(({ layer }) => layer.class_name !== 'InputLayer' && !isMaskOperation(layer))
      .flatMap((entry) =>
        entry.nodes.map((node, index) => {
          const { sources, mask, config, refused } = importCall(entry.layer, node);
          this.#built.unsupported.push(...refused);
          return { entry, layer: { ...entry.layer, config }, index, sources, mask };
        }),
      );
  }

  /** @param mask that it is given by name @returns names of its outputs */
  #call(
    { entry, layer, mask: from }: Call,
    within: readonly string[],
    taken: readonly string[],
    mask: ImportedMask,
  ): readonly (string | undefined)[] {
    const inner = innerModel(layer);
    if (inner !== null) return this.run(inner, [...within, nameOf(layer)], taken);
    const built = this.#built;
    const scoped = scopedKey(entry, within);
    const before = this.members.get(scoped);
    const member = before ?? built.layer(layer, built.shapesOf(taken), within);
    if (member === null) return [];
    built.calledWith(scoped, layer);
    this.members.set(scoped, member);
    const own = before === undefined ? member.id : built.freshId(`${member.id}_call`);
    this.calls.push({ name: own, layer: member.id, inputs: [...taken] });
    built.call(member, own, taken);
    const masks = taken.map((name) => this.#masks.get(name) ?? null);
    if (from !== null && (mask === null || !areSameMasks(mask, masks[0] ?? null))) {
      built.unsupported.push(`${nameOf(layer)} is given a mask that is not the one of its input.`);
    }
    const made = importedMask(member, taken, masks);
    if (made !== null && isOperation(layer)) {
      built.unsupported.push(
        `${nameOf(layer)} is an operation on values with a mask, which ends there in Keras. Write it as layers.${layer.class_name}, which hands the mask on.`,
      );
    }
    this.#masks.set(own, made);
    return [own];
  }

  /** Says of every layer that could not be called what it lacks by itself. */
  #explain(waiting: readonly Call[], within: readonly string[]): void {
    const built = this.#built;
    for (const { entry, layer, index } of waiting) {
      const inner = innerModel(layer);
      if (inner !== null) this.run(inner, [...within, nameOf(layer)], []);
      else if (index === 0 && !this.members.has(scopedKey(entry, within))) {
        built.layer(layer, null, within);
      }
    }
    if (built.unsupported.length > 0) return;
    for (const { layer } of waiting) {
      built.unsupported.push(`${nameOf(layer)} is called on a value that does not exist.`);
    }
  }
}

/** What no other layer has, also of the models within the model. */
function scopedKey({ key }: Entry, within: readonly string[]): string {
  return [...within, key].join('/');
}

/** A model that is used as a layer, also on each step; null for other layers. */
function innerModel(layer: StoredLayer): StoredGraph | null {
  const stepped = storedLayerSchema.safeParse(layer.config['layer']).data;
  if (layer.class_name === 'TimeDistributed' && stepped !== undefined) {
    const inner = innerModel(stepped);
    return inner === null
      ? null
      : {
          ...inner,
          entries: inner.entries.map((own) => ({ ...own, layer: onEachStep(own.layer) })),
        };
  }
  if (!Array.isArray(layer.config['layers'])) return null;
  const stored = storedModel({ class_name: layer.class_name, config: layer.config });
  return 'problem' in stored ? null : graphOf(stored);
}

/** A layer of a model that is called on each step; those that join values do the same on all steps. */
function onEachStep(layer: StoredLayer): StoredLayer {
  const kind = kindOfClass(layer.class_name);
  if (
    layer.class_name === 'InputLayer' ||
    (kind !== undefined && definitionOf(kind).group === 'Merge')
  ) {
    return layer;
  }
  const { name: _, ...own } = layer;
  return {
    ...own,
    class_name: 'TimeDistributed',
    config: { name: nameOf(layer), layer: { class_name: layer.class_name, config: layer.config } },
  };
}
