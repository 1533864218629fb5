import { layersOf, type Architecture, type GraphArchitecture } from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { partOf, roleInPart } from '../architecture/layers/parts';
import { definitionOf, innerLayer, type LayerSpec } from '../architecture/layerCatalog';
import type { Shape } from '../architecture/layers/definition';
import { callArguments, kerasArguments, noSeed } from '../source/kerasArguments';
import { outputName, snakeCase } from '../source/names';
import { tfjsOwnClass } from '../source/typescriptSource';
import { freeName, inputLayers } from './kerasConfig';

/** A weight in the file of numbers, in its order. */
export interface StoredWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
}

/**
 * model.json of a layers model that TensorFlow.js loads: a Sequential as such, a subclass as the graph that computes
 * the same. Initialisers are left out, since weights are given.
 * @param weights in the order in which their numbers are stored, named `layer/role` with Keras' roles
 */
export function tfjsModelJson(
  architecture: Architecture,
  weights: readonly StoredWeight[],
  weightsFile: string,
): object {
  return {
    format: 'layers-model',
    generatedBy: 'Twintrain',
    convertedBy: null,
    modelTopology: {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config:
        architecture.style === 'sequential' ? sequential(architecture) : functional(architecture),
    },
    weightsManifest: [{ paths: [weightsFile], weights }],
  };
}

/** `layer/role` as TensorFlow.js calls a weight; of a direction `layer/forward_layer/role`. */
export function tfjsWeightName(architecture: Architecture, layer: string, role: string): string {
  const spec = layersOf(architecture).find(({ id }) => id === layer);
  const { parts = [] } =
    spec === undefined || innerLayer(spec) === null ? {} : definitionOf(spec.kind);
  const part = partOf(parts, role);
  const place = part === null || part.prefix === '' ? layer : `${layer}/${part.prefix}_${layer}`;
  return `${place}/${snakeCase(roleInPart(parts, role))}`;
}

function sequential(architecture: Extract<Architecture, { style: 'sequential' }>): object {
  const { inputShape, layers } = architecture;
  return {
    class_name: 'Sequential',
    config: {
      name: 'network',
      layers: [inputOf(inputShape, freeName(architecture)), ...layers.map(layerOf)],
    },
  };
}

function inputOf(shape: Shape, name: string): object {
  return {
    class_name: 'InputLayer',
    config: { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false, name },
  };
}

function functional(graph: GraphArchitecture): object {
  const inputs = inputLayers(graph);
  const used = new Map<string, number>();
  const histories = new Map<string, readonly [string, number, number, object]>(
    inputs.map(({ name, layer }) => [name, [layer, 0, 0, {}] as const]),
  );
  const byName = new Map(graph.calls.map((own) => [own.name, own]));
  const nodes = new Map<string, unknown[]>();
  const order: (LayerSpec | object)[] = [];
  for (const { name, spec } of forwardPlan(graph).calls) {
    const place = used.get(spec.id) ?? 0;
    used.set(spec.id, place + 1);
    if (place === 0) order.push(spec);
    const taken = byName.get(name)?.inputs ?? [];
    const given = taken.map((value, at) => {
      const history = histories.get(value) ?? [value, 0, 0, {}];
      if (taken.indexOf(value) === at) return history;
      const passing = freeName(graph, `${spec.id}_${place}_${at}`);
      order.push(passingOn(passing, history));
      return [passing, 0, 0, {}] as const;
    });
    nodes.set(spec.id, [...(nodes.get(spec.id) ?? []), given]);
    histories.set(name, [spec.id, place, 0, {}]);
  }
  const [layer, place] = histories.get(outputName(graph)) ?? ['', 0];
  return {
    class_name: 'Functional',
    config: {
      name: 'network',
      layers: [
        ...inputs.map((own) => ({
          ...inputOf(own.shape, own.layer),
          name: own.layer,
          inbound_nodes: [],
        })),
        ...order.map((own) =>
          'kind' in own
            ? { ...layerOf(own), name: own.id, inbound_nodes: nodes.get(own.id) ?? [] }
            : own,
        ),
      ],
      input_layers: inputs.map((own) => [own.layer, 0, 0]),
      output_layers: [[layer, place, 0]],
    },
  };
}

/**
 * A layer that gives its input again. TensorFlow.js disposes of a value that one call takes twice before others have
 * used it, so the call gets a copy (tfjs-layers 4.22, engine/executor.ts: recipients are counted as a set).
 */
function passingOn(name: string, history: readonly unknown[]): object {
  return {
    class_name: 'Activation',
    config: { name, dtype: 'float32', activation: 'linear' },
    name,
    inbound_nodes: [[history]],
  };
}

/** What only a training needs. */
const OF_TRAINING = /_(initializer|regularizer|constraint)$/;

function layerOf(spec: LayerSpec): { readonly class_name: string; readonly config: object } {
  const { label, tfjsNames = {} } = definitionOf(spec.kind);
  const inner = innerLayer(spec);
  const renamed = new Map(
    Object.entries(tfjsNames).map(([own, its]) => [snakeCase(own), snakeCase(its)]),
  );
  const given = kerasArguments(spec, noSeed)
    .filter(({ name }) => !OF_TRAINING.test(name) && name !== 'reset_after')
    .map(({ name, value }) => [renamed.get(name) ?? name, value]);
  return {
    class_name: tfjsOwnClass(spec) ?? label,
    config: {
      name: spec.id,
      dtype: 'float32',
      ...needed(spec),
      ...Object.fromEntries(given),
      ...callArguments(spec),
      ...(inner !== null && { layer: layerOf(inner) }),
    },
  };
}

/** Where TensorFlow.js' own default is another one, or a class of ours has none. */
function needed(spec: LayerSpec): object {
  if (!('recurrentActivation' in spec) || innerLayer(spec) !== null) return {};
  const { activation, recurrentActivation } = spec;
  return {
    activation,
    recurrent_activation: recurrentActivation,
    ...(tfjsOwnClass(spec) !== null && { kernel_initializer: 'glorotUniform' }),
  };
}
