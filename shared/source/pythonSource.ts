import type { Architecture, SubclassArchitecture } from '../architecture/architecture';
import { definitionOf, type LayerSpec } from '../architecture/layerCatalog';
import { pairsOf } from '../architecture/layers/definition';
import { layerFields } from '../architecture/layerFields';
import { identifiers, outputName, snakeCase, variableNames } from './names';

/** The seed for an initialiser that has none of its own; null gives it none. */
export type SeedOf = (layer: string, field: string, initialiser: unknown) => number | null;
const noSeed: SeedOf = () => null;

/**
 * The network as Keras 3 source. A Sequential is built by its input shape; a Model subclass builds
 * itself at its first call, which the last lines make on one row of zeros.
 */
export function pythonSource(architecture: Architecture, seedOf: SeedOf = noSeed): string {
  const shape = pythonTuple(architecture.inputShape);
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
  const kinds = new Map(graph.members.map(({ id, kind }) => [id, kind]));
  const variable = (name: string) => variables.get(name) ?? name;
  const calls = graph.calls.map(({ name, layer, inputs }) => {
    const given = inputs.map(variable);
    const { group, differsInTraining } = definitionOf(kinds.get(layer) ?? 'dense');
    const listed = group === 'Merge' ? `[${given.join(', ')}]` : given.join(', ');
    const training = differsInTraining ? ', training=training' : '';
    return `        ${variable(name)} = self.${members.get(layer)}(${listed}${training})`;
  });
  return `import keras
from keras import layers, ops


class Network(keras.Model):
    def __init__(self):
        super().__init__()
${graph.members.map((layer) => `        self.${members.get(layer.id)} = ${pythonLayer(layer, seedOf)}`).join('\n')}

    def call(self, x, training=False):
${calls.join('\n')}
        return ${variable(outputName(graph))}


model = Network()
model(ops.zeros((1,) + ${shape}))
`;
}

/** `layers.Dense(64, …)` with the fields that differ from the kind's defaults, in Keras' names. */
function pythonLayer(layer: LayerSpec, seedOf: SeedOf): string {
  const { label, kerasOptions = {}, alwaysWritten = [], pairs = [] } = definitionOf(layer.kind);
  const values = layer as Readonly<Record<string, unknown>>;
  const options = layerFields(layer.kind).flatMap(({ name, initial }) => {
    const value = values[name];
    const seed = values[name.replace('Initialiser', 'Seed')] ?? seedOf(layer.id, name, value);
    if (name.endsWith('Seed')) return [];
    if (name.endsWith('Initialiser') && typeof seed === 'number') {
      return [`${snakeCase(name)}=keras.initializers.${className(String(value))}(seed=${seed})`];
    }
    return JSON.stringify(value) === JSON.stringify(initial) && !alwaysWritten.includes(name)
      ? []
      : [
          `${snakeCase(name)}=${pairs.includes(name) ? pythonPairs(value as number[]) : pythonValue(name, value)}`,
        ];
  });
  const own = Object.entries(kerasOptions).map(([name, value]) => `${name}=${value}`);
  const name = `name="${layer.id}"`;
  return `layers.${label}(${[...options, ...own, name].join(', ')})`;
}

/** heNormal -> HeNormal, as Keras names the class. */
function className(initialiser: string): string {
  return initialiser.charAt(0).toUpperCase() + initialiser.slice(1);
}

/** A field's value in Python; Keras takes initialisers in snake case. */
function pythonValue(field: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return pythonTuple(value as number[]);
  if (typeof value === 'string') {
    return `"${field.endsWith('Initialiser') ? snakeCase(value) : value}"`;
  }
  return String(value);
}

function pythonPairs(values: readonly number[]): string {
  return `(${pairsOf(values).map(pythonTuple).join(', ')})`;
}

function pythonTuple(values: readonly number[]): string {
  return `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;
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
  try while with yield self training keras layers ops`);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
