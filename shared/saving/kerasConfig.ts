import {
  INPUT,
  layersOf,
  type Architecture,
  type GraphArchitecture,
  type SequentialArchitecture,
} from '../architecture/architecture';
import { asFunctional } from '../architecture/bothStyles';
import { forwardPlan } from '../architecture/forwardPlan';
import { inputsOf, severalInputs, type NetworkInput } from '../architecture/inputs';
import { definitionOf, innerLayer, type LayerSpec } from '../architecture/layerCatalog';
import type { Shape } from '../architecture/layers/definition';
import {
  callArguments,
  kerasArguments,
  noSeed,
  type KerasArgument,
} from '../source/kerasArguments';
import { outputName } from '../source/names';
import { kerasNames } from '../source/kerasNames';
import { callsWithMasks } from './kerasMaskOrder';
import { kerasOrder } from './kerasOrder';

/**
 * config.json of a `.keras` file (Keras 3): a Sequential and a Functional as such; a subclass, whose class the file could not
 * hold, as the Functional model that computes the same. Arguments that have their defaults are left out.
 */
export function kerasConfig(architecture: Architecture): object {
  return architecture.style === 'sequential'
    ? sequentialConfig(architecture)
    : functionalConfig(architecture);
}

/** Layers in the order of their groups in the file of weights. */
export function kerasLayers(architecture: Architecture): readonly LayerSpec[] {
  if (architecture.style === 'sequential') return architecture.layers;
  const members = new Map(architecture.members.map((own) => [own.id, own]));
  return kerasOrder(callsWithMasks(asFunctional(architecture)), outputName(architecture)).flatMap(
    (id) => members.get(id) ?? [],
  );
}

function sequentialConfig(architecture: SequentialArchitecture): object {
  const { inputShape, layers } = architecture;
  const inputs = new Map(forwardPlan(architecture).calls.map((own) => [own.spec.id, own.inputs]));
  return {
    module: 'keras',
    class_name: 'Sequential',
    config: {
      name: 'network',
      trainable: true,
      layers: [
        inputLayer(inputShape, freeName(architecture)),
        ...layers.map((spec) => layerConfig(spec, inputs.get(spec.id) ?? [])),
      ],
      build_input_shape: batched(inputShape),
    },
    registered_name: null,
    build_config: { input_shape: batched(inputShape) },
  };
}

function functionalConfig(architecture: GraphArchitecture): object {
  const inputs = inputLayers(architecture);
  const nameOf = kerasNames(architecture);
  const plan = forwardPlan(architecture).calls;
  const used = new Map<string, number>();
  /** Of each value: the layer and which of its calls made it. */
  const histories = new Map<string, readonly [string, number, number]>(
    inputs.map(({ name, layer }) => [name, [layer, 0, 0] as const]),
  );
  const shapes = new Map<string, Shape>(inputs.map(({ name, shape }) => [name, shape]));
  const byName = new Map(architecture.calls.map((own) => [own.name, own]));
  const nodes = new Map<string, object[]>();
  const firstInputs = new Map<string, readonly Shape[]>();
  for (const { name, spec, inputs, output } of plan) {
    const place = used.get(spec.id) ?? 0;
    used.set(spec.id, place + 1);
    const given = (byName.get(name)?.inputs ?? []).map((value) => ({
      class_name: '__keras_tensor__',
      config: {
        shape: batched(shapes.get(value) ?? []),
        dtype: 'float32',
        keras_history: histories.get(value),
      },
    }));
    const isMerge = definitionOf(spec.kind).group === 'Merge';
    const node = { args: isMerge ? [given] : given, kwargs: callArguments(spec) };
    nodes.set(spec.id, [...(nodes.get(spec.id) ?? []), node]);
    if (place === 0) firstInputs.set(spec.id, inputs);
    histories.set(name, [nameOf(spec), place, 0]);
    shapes.set(name, output);
  }
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: 'network',
      trainable: true,
      layers: [
        ...inputs.map(({ layer, shape }) => ({
          ...inputLayer(shape, layer),
          name: layer,
          inbound_nodes: [],
        })),
        ...kerasLayers(architecture).map((spec) => ({
          ...layerConfig({ ...spec, id: nameOf(spec) }, firstInputs.get(spec.id) ?? []),
          name: nameOf(spec),
          inbound_nodes: nodes.get(spec.id) ?? [],
        })),
      ],
      // Not in a list if there is one: the model takes a tensor and gives one.
      input_layers:
        severalInputs(architecture) === null
          ? histories.get(INPUT)
          : inputs.map(({ name }) => histories.get(name)),
      output_layers: histories.get(outputName(architecture)),
    },
    registered_name: 'Functional',
    build_config: { input_shape: null },
  };
}

function layerConfig(spec: LayerSpec, inputs: readonly Shape[]): object {
  const { label, inputNames = [], innerInputs } = definitionOf(spec.kind);
  const inner = innerLayer(spec);
  const own = kerasArguments(spec, noSeed).map(({ name, value }) => [name, jsonValue(value)]);
  const [first] = inputs;
  return {
    module: 'keras.layers',
    class_name: label,
    config: {
      name: spec.id,
      dtype: 'float32',
      ...Object.fromEntries(own),
      ...(inner !== null && { layer: layerConfig(inner, innerInputs?.(inputs) ?? inputs) }),
    },
    registered_name: null,
    build_config:
      inputNames.length > 0
        ? {
            shapes_dict: Object.fromEntries(
              inputs.map((own, at) => [`${inputNames[at]}_shape`, batched(own)]),
            ),
          }
        : { input_shape: inputs.length > 1 ? inputs.map(batched) : batched(first ?? []) },
  };
}

function jsonValue(value: KerasArgument['value']): unknown {
  if (value === null || typeof value !== 'object' || !('className' in value)) return value;
  const { module, className, config } = value;
  return {
    module: `keras.${module}`,
    class_name: className,
    config,
    registered_name: null,
  };
}

function inputLayer(shape: Shape, name: string): object {
  return {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { batch_shape: batched(shape), dtype: 'float32', sparse: false, name },
    registered_name: null,
  };
}

function batched(shape: Shape): readonly (number | null)[] {
  return [null, ...shape];
}

/** Inputs, each with the name of its layer in a stored graph. */
export function inputLayers(
  architecture: GraphArchitecture,
): readonly (NetworkInput & { readonly layer: string })[] {
  const isOnly = severalInputs(architecture) === null;
  return inputsOf(architecture).map((own) => ({
    ...own,
    layer: isOnly ? freeName(architecture) : own.name,
  }));
}

/** A name that no layer has. */
export function freeName(architecture: Architecture, wanted: string = INPUT): string {
  const taken = new Set(layersOf(architecture).map(({ id }) => id));
  let name = wanted;
  while (taken.has(name)) name = `${name}_`;
  return name;
}
