import type {
  Architecture,
  FunctionalArchitecture,
  SubclassArchitecture,
} from '../architecture/architecture';
import { forwardPlan } from '../architecture/forwardPlan';
import { severalInputs } from '../architecture/inputs';
import { definitionOf, innerLayer, type LayerSpec } from '../architecture/layerCatalog';
import {
  callArguments,
  kerasArguments,
  noSeed,
  type KerasArgument,
  type SeedOf,
} from './kerasArguments';
import { kerasNames } from './kerasNames';
import { identifiers, outputName, sharedLayerNames, variableNames } from './names';

/**
 * The network as Keras 3 source. A Sequential and a Functional are built by their input shape; a Model subclass
 * builds itself at its first call, which the last lines make on one row of zeros.
 */
export function pythonSource(architecture: Architecture, seedOf: SeedOf = noSeed): string {
  const shape = pythonValue(architecture.inputShape);
  if (architecture.style === 'functional') return functionalSource(architecture, shape, seedOf);
  return architecture.style === 'sequential'
    ? `import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input(shape=${shape}),
${architecture.layers.map((layer) => `        ${pythonLayer(layer, seedOf)},`).join('\n')}
    ]
)
`
    : subclassSource(architecture, shape, seedOf);
}

function subclassSource(graph: SubclassArchitecture, shape: string, seedOf: SeedOf): string {
  const variables = variableNames(graph, pythonReserved);
  const members = identifiers(
    graph.members.map(({ id }) => id),
    new Set([...pythonReserved, ...modelAttributes]),
  );
  const specs = new Map(graph.members.map((layer) => [layer.id, layer]));
  const variable = (name: string) => variables.get(name) ?? name;
  const calls = graph.calls.map(({ name, layer, inputs }) => {
    const spec = specs.get(layer);
    const given = argumentsOf(spec, inputs.map(variable));
    const { differsInTraining } = definitionOf(spec?.kind ?? 'dense');
    const training = differsInTraining ? ', training=training' : '';
    return `        ${variable(name)} = self.${members.get(layer)}(${given}${training})`;
  });
  const nameOf = kerasNames(graph);
  const memberLines = (layer: LayerSpec, member: string) => {
    const made = `        ${member} = ${pythonLayer(layer, seedOf, nameOf(layer))}`;
    if (layer.kind !== 'normalization') return [made];
    // Built in call it would keep values of Keras' trace, which JAX refuses (Keras 3.15).
    const first = forwardPlan(graph).calls.find(({ spec }) => spec.id === layer.id);
    const input = ['None', ...(first?.inputs[0] ?? [])].join(', ');
    return [made, `        ${member}.build((${input}))`];
  };
  const several = severalInputs(graph);
  const unpacked =
    several === null
      ? ''
      : `        ${several.map(({ name }) => variable(name)).join(', ')} = inputs\n`;
  const zeros = (own: string) => `ops.zeros((1,) + ${own})`;
  const rows =
    several === null
      ? zeros(shape)
      : `[${several.map((own) => zeros(pythonValue(own.shape))).join(', ')}]`;
  return `import keras
from keras import layers, ops


class Network(keras.Model):
    def __init__(self):
        super().__init__()
${graph.members.flatMap((layer) => memberLines(layer, `self.${members.get(layer.id)}`)).join('\n')}

    def call(self, ${several === null ? 'x' : 'inputs'}, training=False):
${unpacked}${calls.join('\n')}
        return ${variable(outputName(graph))}


model = Network()
model(${rows})
`;
}

function functionalSource(graph: FunctionalArchitecture, shape: string, seedOf: SeedOf): string {
  const variables = variableNames(graph, pythonReserved);
  const shared = sharedLayerNames(graph, new Set([...pythonReserved, ...variables.values()]));
  const specs = new Map(graph.members.map((layer) => [layer.id, layer]));
  const variable = (name: string) => variables.get(name) ?? name;
  const nameOf = kerasNames(graph);
  const made = graph.members.flatMap((layer) => {
    const own = shared.get(layer.id);
    return own === undefined ? [] : [`${own} = ${pythonLayer(layer, seedOf, nameOf(layer))}`];
  });
  const calls = graph.calls.map(({ name, layer, inputs }) => {
    const spec = specs.get(layer);
    const callee =
      shared.get(layer) ?? (spec === undefined ? layer : pythonLayer(spec, seedOf, nameOf(spec)));
    return `${variable(name)} = ${callee}(${argumentsOf(spec, inputs.map(variable))})`;
  });
  const several = severalInputs(graph);
  const inputs = several?.map(
    ({ name, shape: own }) =>
      `${variable(name)} = keras.Input(shape=${pythonValue(own)}, name="${name}")`,
  ) ?? [`x = keras.Input(shape=${shape})`];
  const given =
    several === null ? 'x' : `[${several.map(({ name }) => variable(name)).join(', ')}]`;
  return `import keras
from keras import layers

${[...inputs, ...made, ...calls].join('\n')}
model = keras.Model(${given}, ${variable(outputName(graph))})
`;
}

/** What a layer is called with: its inputs, in a list where it joins them, and switches. */
function argumentsOf(spec: LayerSpec | undefined, given: readonly string[]): string {
  const isMerge = definitionOf(spec?.kind ?? 'dense').group === 'Merge';
  const others = Object.keys(spec === undefined ? {} : callArguments(spec));
  return [
    isMerge ? `[${given.join(', ')}]` : given.join(', '),
    ...others.map((own) => `${own}=True`),
  ].join(', ');
}

/** `layers.Dense(64, …)` with the fields that differ from the kind's defaults, in Keras' names. */
function pythonLayer(layer: LayerSpec, seedOf: SeedOf, named: string | null = layer.id): string {
  const { label } = definitionOf(layer.kind);
  const given = kerasArguments(layer, seedOf).map(
    ({ name, value }) => `${name}=${pythonValue(value)}`,
  );
  const inner = innerLayer(layer);
  const wrapped = inner === null ? [] : [pythonLayer(inner, seedOf, null)];
  const name = named === null ? [] : [`name="${named}"`];
  return `layers.${label}(${[...wrapped, ...given, ...name].join(', ')})`;
}

function pythonValue(value: KerasArgument['value'] | number): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `"${value}"`;
  if (value === null) return 'None';
  if (typeof value !== 'object') return String(value);
  if ('className' in value) {
    const given = Object.entries(value.config).map(([name, own]) => `${name}=${own}`);
    return `keras.${value.module}.${value.className}(${given.join(', ')})`;
  }
  const items = value.map((own) => pythonValue(own as number));
  return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
}

/** Attributes of keras.Model, whose names no member may have. Source: dir(keras.Model()), Keras 3.15. */
export const modelAttributes =
  words(`activity_regularizer add_loss add_metric add_variable add_weight autocast
  build build_from_config built call call_signature_parameters compile compile_from_config compiled
  compute_dtype compute_loss compute_loss_and_updates compute_mask compute_metrics compute_output_shape
  compute_output_spec count_params dtype dtype_policy evaluate export fit from_config get_build_config
  get_compile_config get_config get_layer get_metrics_result get_quantization_layer_structure
  get_state_tree get_weights input input_dtype input_spec jax_state_sync jit_compile layers
  load_own_variables load_weights loss losses make_predict_function make_test_function
  make_train_function metrics metrics_names metrics_variables name non_trainable_variables
  non_trainable_weights output path predict predict_function predict_on_batch predict_step
  quantization_mode quantize quantized_build quantized_call rematerialized_call reset_metrics
  run_eagerly save save_own_variables save_weights set_state_tree set_weights stateless_call
  stateless_compute_loss steps_per_execution summary supports_jit supports_masking symbolic_call
  test_function test_on_batch test_step to_json train_function train_on_batch train_step trainable
  trainable_variables trainable_weights variable_dtype variables weights`);

const pythonReserved = words(`False None True and as assert async await break class continue def del
  elif else except finally for from global if import in is lambda nonlocal not or pass raise return
  try while with yield self training keras layers ops model`);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
