import {
  INPUT,
  layersOf,
  type Architecture,
  type SubclassArchitecture,
} from '../../architecture/architecture';
import { asSequential } from '../../architecture/asSequential';
import { Building } from './building';
import { withInputs } from '../../architecture/inputs';
import { describeStored } from './describeStored';
import { graphOf, GraphImport } from './importGraph';
import { isOfTfjs, storedModel, type Source, type StoredModel } from './storedModel';

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
  /** Names of the models within the model that it is in, from the outside. */
  readonly within: readonly string[];
  readonly className: string;
  readonly id: string;
}

/** @param value parsed JSON of a stored model */
export function importModel(value: unknown): Imported {
  const stored = storedModel(value);
  if ('problem' in stored) return { unsupported: [stored.problem] };
  const imported = fromGraph(stored);
  const { compile_config: compiled } = value as { readonly compile_config?: unknown };
  return withCompiled(isOfTfjs(value) ? otherThanInTfjs(imported) : imported, compiled);
}

/** Adds where TensorFlow.js computes something else than Keras, which is what a layer means here, or does not say. */
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
  const untold = layersOf(imported.architecture).flatMap(({ id, kind }) =>
    kind === 'separableConv2d'
      ? [`${id}: depth_multiplier, which TensorFlow.js does not store. 1 is taken.`]
      : [],
  );
  return { ...imported, leftOut: [...imported.leftOut, ...notes, ...untold] };
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

/** The model as a graph of calls; a chain of layers used once each is a Sequential. */
function fromGraph(model: StoredModel): Imported {
  const graph = graphOf(model);
  const built = new Building(model.layers);
  const { length: outputs } = graph.outputs;
  if (outputs !== 1) built.unsupported.push(`${outputs} outputs; here a model has one.`);
  const inputs = namedInputs(model, graph.inputs, built);
  for (const { name, shape } of inputs ?? []) built.shapes.set(name, shape);
  const imported = new GraphImport(built);
  const [result] = imported.run(graph, [], inputs?.map(({ name }) => name) ?? []);
  const [first, ...others] = inputs ?? [];
  if (first === undefined) return built.result(null);
  const single: SubclassArchitecture = {
    style: 'subclass',
    inputShape: first.shape,
    members: [...imported.members.values()],
    // `call` returns its last value, so the output's call comes last.
    calls: [
      ...imported.calls.filter(({ name }) => name !== result),
      ...imported.calls.filter(({ name }) => name === result),
    ],
  };
  const architecture = others.length === 0 ? single : withInputs(single, [first, ...others]);
  const stack = asSequential(architecture);
  return built.result('sequential' in stack ? stack.sequential : architecture);
}

/** A model's inputs under names of their own, one as `input`; null if a shape is not known or not possible. */
function namedInputs(
  model: StoredModel,
  sources: readonly Source[],
  built: Building,
): { name: string; shape: number[] }[] | null {
  if (model.kind === 'sequential' || sources.length < 2) {
    const stored = model.kind === 'sequential' ? model.inputShape : (model.inputShapes[0] ?? null);
    const shape = built.inputShape(stored);
    return shape === null ? null : [{ name: INPUT, shape }];
  }
  const inputs = sources.map(([name], at) => ({
    name: built.inputName(name),
    shape: built.inputShape(model.inputShapes[at] ?? null),
  }));
  return inputs.every((own): own is { name: string; shape: number[] } => own.shape !== null)
    ? inputs
    : null;
}
