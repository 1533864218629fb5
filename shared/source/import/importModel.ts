import {
  INPUT,
  inputShapeSchema,
  layersOf,
  type Architecture,
  type LayerCall,
  type SubclassArchitecture,
} from '../../architecture/architecture';
import { asSequential } from '../../architecture/asSequential';
import { forwardPlan } from '../../architecture/forwardPlan';
import { outputShape, type LayerSpec } from '../../architecture/layerCatalog';
import type { Shape } from '../../architecture/layers/definition';
import { describeStored } from './describeStored';
import { importLayer } from './importLayer';
import {
  isOfTfjs,
  sourcesOfNode,
  storedModel,
  type Source,
  type StoredLayer,
  type StoredModel,
} from './storedModel';

export type Imported =
  | {
      readonly architecture: Architecture;
      /** What is not taken over from the model, each with its layer. */
      readonly leftOut: readonly string[];
      /** Layers by their names in the model: class and id here. */
      readonly layers: readonly ImportedName[];
    }
  /** All that keeps the model from being imported, each with its layer. */
  | { readonly unsupported: readonly string[] };

export interface ImportedName {
  /** As the model calls it. */
  readonly name: string;
  readonly className: string;
  readonly id: string;
}

/** @param value parsed JSON of a stored model */
export function importModel(value: unknown): Imported {
  const stored = storedModel(value);
  if ('problem' in stored) return { unsupported: [stored.problem] };
  const imported = stored.kind === 'sequential' ? fromSequential(stored) : fromFunctional(stored);
  const { compile_config: compiled } = value as { readonly compile_config?: unknown };
  return withCompiled(isOfTfjs(value) ? otherThanInTfjs(imported) : imported, compiled);
}

/** Adds where TensorFlow.js computes something else than Keras, which is what a layer means here. */
function otherThanInTfjs(imported: Imported): Imported {
  if ('unsupported' in imported) return imported;
  const blended = new Set(
    layersOf(imported.architecture).flatMap((layer) =>
      layer.kind === 'upSampling2d' && layer.interpolation === 'bilinear' ? [layer.id] : [],
    ),
  );
  const theirs = imported.layers.filter(
    ({ id, className }) => blended.has(id) && className === 'UpSampling2D',
  );
  const notes = theirs.map(
    ({ id }) =>
      `${id}: the places of TensorFlow.js' bilinear interpolation. As in Keras, pixels have their centres at halves; in TensorFlow.js at whole numbers.`,
  );
  return { ...imported, leftOut: [...imported.leftOut, ...notes] };
}

/** Adds what a stored model was compiled with to `leftOut`: the project sets the training. */
export function withCompiled(imported: Imported, compiled: unknown): Imported {
  if ('unsupported' in imported || typeof compiled !== 'object' || compiled === null)
    return imported;
  const { optimizer, optimizer_config: older, loss, metrics } = compiled as Record<string, unknown>;
  const named = [
    ['optimiser', optimizer ?? older],
    ['loss', loss],
    ['metrics', metrics],
  ].flatMap(([what, own]) => {
    const name = describeStored(own);
    return name === '' ? [] : [`${String(what)} ${name}`];
  });
  if (named.length === 0) return imported;
  const what = `how the model was compiled (${named.join(', ')}): choose it for the project.`;
  return { ...imported, leftOut: [...imported.leftOut, what] };
}

type Stored<Kind> = Extract<StoredModel, { kind: Kind }>;

function fromSequential({ layers, inputShape: stored }: Stored<'sequential'>): Imported {
  const built = new Building(layers);
  const inputShape = built.inputShape(stored);
  const order: LayerSpec[] = [];
  let value: string | null = INPUT;
  if (inputShape !== null) built.shapes.set(INPUT, inputShape);
  for (const layer of layers) {
    if (layer.class_name === 'InputLayer') continue;
    const before: string | null = value;
    const own = built.layer(layer, before === null ? null : built.shapesOf([before]));
    if (own === null) {
      value = null;
      continue;
    }
    order.push(own);
    value = before === null ? null : built.call(own, own.id, [before]);
  }
  return built.result(
    inputShape === null ? null : { style: 'sequential', inputShape, layers: order },
  );
}

/** A graph of calls; a chain of layers used once each is a Sequential. */
function fromFunctional({ layers, inputs, outputs }: Stored<'functional'>): Imported {
  const built = new Building(layers);
  const named = new Map(layers.map((layer) => [nameOf(layer), layer]));
  if (inputs.length !== 1) built.unsupported.push(`${inputs.length} inputs; here a model has one.`);
  if (outputs.length !== 1) {
    built.unsupported.push(`${outputs.length} outputs; here a model has one.`);
  }
  const [input] = inputs;
  const stored = input === undefined ? undefined : named.get(input[0]);
  const inputShape = built.inputShape(
    (stored?.config['batch_shape'] ?? stored?.config['batch_input_shape'] ?? null) as never,
  );
  if (input === undefined || inputShape === null) return built.result(null);
  built.shapes.set(INPUT, inputShape);
  const values = new Map([[keyOf(input), INPUT]]);
  const members = new Map<string, LayerSpec>();
  const calls: LayerCall[] = [];
  const waiting = layers
    .filter(({ class_name: className }) => className !== 'InputLayer')
    .flatMap((layer) =>
      (layer.inbound_nodes ?? []).map((node, index) => {
        const { sources, others } = sourcesOfNode(node);
        for (const name of others) {
          built.unsupported.push(`${nameOf(layer)} is given ${name} besides its inputs.`);
        }
        return { layer, index, sources };
      }),
    );
  // A layer may be listed before the layers that it is called on.
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const call of [...waiting]) {
      const taken = call.sources.map((source) => values.get(keyOf(source)));
      if (!taken.every((name) => name !== undefined)) continue;
      waiting.splice(waiting.indexOf(call), 1);
      isMoving = true;
      const name = nameOf(call.layer);
      const known = members.get(name) ?? built.layer(call.layer, built.shapesOf(taken));
      if (known === null) continue;
      members.set(name, known);
      const own = call.index === 0 ? known.id : built.freshId(`${known.id}_call`);
      calls.push({ name: own, layer: known.id, inputs: taken });
      built.call(known, own, taken);
      values.set(keyOf([name, call.index, 0]), own);
    }
  }
  if (built.unsupported.length === 0) {
    for (const { layer } of waiting) {
      built.unsupported.push(`${nameOf(layer)} is called on a value that does not exist.`);
    }
  }
  const [output] = outputs;
  const result = output === undefined ? undefined : values.get(keyOf(output));
  const graph: SubclassArchitecture = {
    style: 'subclass',
    inputShape: [...inputShape],
    members: [...members.values()],
    // `call` returns its last value, so the output's call comes last.
    calls: [
      ...calls.filter(({ name }) => name !== result),
      ...calls.filter(({ name }) => name === result),
    ],
  };
  const stack = asSequential(graph);
  return built.result('sequential' in stack ? stack.sequential : graph);
}

/** Collects what is found while converting a stored model to an architecture. */
class Building {
  readonly unsupported: string[] = [];
  readonly shapes = new Map<string, Shape>();
  readonly #leftOut: string[] = [];
  readonly #names: ImportedName[] = [];
  readonly #taken: Set<string>;

  constructor(layers: readonly StoredLayer[]) {
    this.#taken = new Set([INPUT]);
    for (const layer of layers) {
      for (const key of ['sparse', 'ragged']) {
        if (layer.class_name === 'InputLayer' && layer.config[key] === true) {
          this.unsupported.push(`${nameOf(layer)}: ${key} = true.`);
        }
      }
    }
  }

  /** Drops the batch axis, whatever its stored length. */
  inputShape(stored: readonly (number | null)[] | null): number[] | null {
    if (stored === null) {
      this.unsupported.push(
        'The input shape is not stored: give the first layer an input shape, or call the model once, and store it again.',
      );
      return null;
    }
    const shape = inputShapeSchema.safeParse(stored.slice(1));
    if (shape.success) return shape.data;
    this.unsupported.push(
      `The input shape is ${JSON.stringify(stored)}; here every axis but the batch has a fixed length.`,
    );
    return null;
  }

  layer(stored: StoredLayer, inputs: readonly Shape[] | null): LayerSpec | null {
    const name = nameOf(stored);
    const id = this.freshId(plainId(name, stored.class_name));
    const { layer, leftOut, unsupported } = importLayer(stored, id, inputs);
    this.unsupported.push(...unsupported);
    this.#leftOut.push(...leftOut);
    this.#names.push({ name, className: stored.class_name, id });
    return layer;
  }

  /** @returns the name of the call's value, whose shape is then known; null if its inputs do not fit */
  call(layer: LayerSpec, name: string, taken: readonly string[]): string | null {
    const inputs = this.shapesOf(taken);
    if (inputs === null) return null;
    const shape = outputShape(layer, inputs);
    if ('problem' in shape) {
      this.unsupported.push(`${layer.id}: ${shape.problem}`);
      return null;
    }
    this.shapes.set(name, shape);
    return name;
  }

  shapesOf(names: readonly string[]): readonly Shape[] | null {
    const shapes = names.map((name) => this.shapes.get(name));
    return shapes.every((shape) => shape !== undefined) ? shapes : null;
  }

  freshId(wanted: string): string {
    let id = wanted;
    for (let number = 2; this.#taken.has(id); number++) id = `${wanted}_${number}`;
    this.#taken.add(id);
    return id;
  }

  result(architecture: Architecture | null): Imported {
    if (architecture === null || this.unsupported.length > 0) {
      return { unsupported: [...new Set(this.unsupported)] };
    }
    const { problems } = forwardPlan(architecture);
    if (problems.length > 0) {
      return {
        unsupported: problems.map(({ layer, message }) =>
          layer === null ? message : `${layer}: ${message}`,
        ),
      };
    }
    return { architecture, leftOut: this.#leftOut, layers: this.#names };
  }
}

function nameOf({ name, config, class_name: className }: StoredLayer): string {
  return String(name ?? config['name'] ?? className);
}

function keyOf(source: Source): string {
  return JSON.stringify(source);
}

/** A name as ASCII letters and digits, as ids must be; the class name if it is in another script. */
function plainId(name: string, className: string): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^[^A-Za-z]/, 'layer_');
  const isLost = !/[A-Za-z0-9]/.test(name);
  return (isLost ? className.toLowerCase() : plain).slice(0, 56);
}
