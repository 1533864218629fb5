import {
  layersOf,
  type Architecture,
  type FunctionalArchitecture,
  type LayerCall,
  type SubclassArchitecture,
} from '../architecture/architecture';
import { tfjsInitialiser, type InitialiserKind } from '../architecture/initialisers';
import {
  definitionOf,
  innerLayer,
  type LayerKind,
  type LayerSpec,
} from '../architecture/layerCatalog';
import { pairsOf } from '../architecture/layers/definition';
import { inputsOf, severalInputs } from '../architecture/inputs';
import { kerasArguments, noSeed } from './kerasArguments';
import { layerFields } from '../architecture/layerFields';
import { identifiers, outputName, sharedLayerNames, variableNames } from './names';
import { maskVariables } from './typescriptMasks';
import { otherwiseMaskedInTfjs } from './tfjsMasks';
import { MULTI_HEAD_ATTENTION } from './typescriptAttention';
import { RESET_AFTER_GRU } from './typescriptGru';
import {
  AS_IN_INFERENCE,
  AXIS_SOFTMAX,
  BILINEAR_UP_SAMPLING_2D,
  NORMALIZATION,
  SPATIAL_DROPOUT_2D,
  SUBTRACT,
} from './typescriptLayers';

/**
 * The network as source for TensorFlow.js. Its library has no model to subclass, so the second style
 * is a class of layers with a `call` of its own.
 */
export function typescriptSource(architecture: Architecture): string {
  const source = sourceOf(architecture);
  const needed = new Set(layersOf(architecture).flatMap((layer) => neededClass(layer) ?? []));
  // The library makes the two directions of a layer by the name of its class.
  const isWrapped = layersOf(architecture).some(
    (own) => neededClass(own) !== null && innerLayer(own) !== null,
  );
  const helpers = [
    ...[...needed].map((name) => ownClasses[name]),
    ...(isWrapped ? ['tf.serialization.registerClass(ResetAfterGru);\n\n'] : []),
    ...(layersOf(architecture).some(isFrozenBatches) ? [AS_IN_INFERENCE] : []),
  ].join('');
  const lacking = layersOf(architecture).flatMap((layer) =>
    neededClass(layer) === 'ResetAfterGru' && rulesOf(innerLayer(layer) ?? layer).length > 0
      ? [layer.id]
      : [],
  );
  const unmasked = otherwiseMaskedInTfjs(architecture, true);
  const note = [
    ...(lacking.length === 0
      ? []
      : [
          `// Without the regularisers and constraints of ${lacking.join(', ')}, which the class below has not.\n`,
        ]),
    ...(unmasked.length === 0
      ? []
      : [
          `// Unlike in Keras, masks do not reach ${unmasked.join(', ')} as they should: TensorFlow.js computes something else.\n`,
        ]),
  ].join('');
  return `import * as tf from '@tensorflow/tfjs';

${note}${helpers}${source}`;
}

function sourceOf(architecture: Architecture): string {
  switch (architecture.style) {
    case 'sequential':
      return sequentialSource(architecture);
    case 'functional':
      return functionalSource(architecture);
    case 'subclass':
      return subclassSource(architecture);
  }
}

/** Layers that the library lacks, or has in another form only. */
const ownClasses = {
  ResetAfterGru: RESET_AFTER_GRU,
  Subtract: SUBTRACT,
  AxisSoftmax: AXIS_SOFTMAX,
  SpatialDropout2D: SPATIAL_DROPOUT_2D,
  BilinearUpSampling2D: BILINEAR_UP_SAMPLING_2D,
  MultiHeadAttention: MULTI_HEAD_ATTENTION,
  Normalization: NORMALIZATION,
} as const;

/** The library would go on to use and to move the statistics of batches. */
function isFrozenBatches(layer: LayerSpec): boolean {
  return layer.kind === 'batchNormalization' && !layer.trainable;
}

/** The class of a layer that the library lacks, by its name in a stored model; null if it has it. */
export function tfjsOwnClass(layer: LayerSpec): string | null {
  const own = ownClassOf(layer);
  return own === 'AxisSoftmax' ? 'Softmax' : own;
}

/** Source of the classes that a stored model needs, and what makes them known to the library. */
export function tfjsOwnClasses(architecture: Architecture): string {
  const needed = [...new Set(layersOf(architecture).flatMap((layer) => neededClass(layer) ?? []))];
  const made = needed.map((name) => ownClasses[name]).join('');
  return `${made}${needed.map((name) => `tf.serialization.registerClass(${name});\n`).join('')}`;
}

/** Of the layer, or of the one that it wraps. */
function neededClass(layer: LayerSpec): keyof typeof ownClasses | null {
  return ownClassOf(innerLayer(layer) ?? layer);
}

function ownClassOf(layer: LayerSpec): keyof typeof ownClasses | null {
  if (layer.kind === 'gru' && layer.resetAfter) return 'ResetAfterGru';
  if (layer.kind === 'multiHeadAttention') return 'MultiHeadAttention';
  if (layer.kind === 'normalization') return 'Normalization';
  if (layer.kind === 'subtract') return 'Subtract';
  if (layer.kind === 'spatialDropout2d') return 'SpatialDropout2D';
  if (layer.kind === 'upSampling2d' && layer.interpolation === 'bilinear') {
    return 'BilinearUpSampling2D';
  }
  return layer.kind === 'softmax' ? 'AxisSoftmax' : null;
}

function sequentialSource({
  inputShape,
  layers,
}: Extract<Architecture, { style: 'sequential' }>): string {
  const shape = `inputShape: [${inputShape.join(', ')}]`;
  const lines = layers.map((layer, index) => `    ${made(layer, index === 0 ? [shape] : [])},`);
  return `export const model = tf.sequential({
  layers: [
${lines.join('\n')}
  ],
});
`;
}

function subclassSource(graph: SubclassArchitecture): string {
  const variables = variableNames(graph, reserved);
  const members = identifiers(
    graph.members.map(({ id }) => id),
    new Set(['call', 'constructor']),
  );
  const kinds = new Map(graph.members.map(({ id, kind }) => [id, kind]));
  const variable = (name: string) => variables.get(name) ?? name;
  const masks = maskVariables(graph, variables, reserved);
  const calls = graph.calls.flatMap(({ name, layer, inputs }) => {
    const kind = kinds.get(layer) ?? 'dense';
    const { differsInTraining, usesMasks } = definitionOf(kind);
    const listed = listOf(kind, inputs, variable);
    const mask = masks.get(inputs[0] ?? '');
    const options = [
      ...(differsInTraining ? ['training'] : []),
      ...(usesMasks && mask !== undefined ? [`mask: ${mask.variable}`] : []),
    ];
    const given = options.length === 0 ? '' : `, { ${options.join(', ')} }`;
    const made = masks.get(name)?.made;
    return [
      `    const ${variable(name)} = this.${members.get(layer)}.apply(${listed}${given}) as tf.Tensor;`,
      ...(made === undefined ? [] : [`    ${made}`]),
    ];
  });
  const several = severalInputs(graph);
  const given =
    several === null ? 'x: tf.Tensor' : `[${names(several, variable)}]: readonly tf.Tensor[]`;
  return `export class Network {
${graph.members.map((layer) => `  readonly ${members.get(layer.id)} = ${made(layer, [])};`).join('\n')}

  /** ${inputsOf(graph)
    .map(({ name, shape }) => `${variable(name)}: [batch, ${shape.join(', ')}]`)
    .join(', ')} */
  call(${given}, training = false): tf.Tensor {
${calls.join('\n')}
    return ${variable(outputName(graph))};
  }
}

export const model = new Network();
`;
}

function functionalSource(graph: FunctionalArchitecture): string {
  const variables = variableNames(graph, reserved);
  const shared = sharedLayerNames(graph, new Set([...reserved, ...variables.values()]));
  const specs = new Map(graph.members.map((own) => [own.id, own]));
  const variable = (name: string) => variables.get(name) ?? name;
  const layers = graph.members.flatMap((own) => {
    const name = shared.get(own.id);
    return name === undefined ? [] : [`const ${name} = ${made(own, [])};`];
  });
  const calls = graph.calls.map(({ name, layer, inputs }) => {
    const spec = specs.get(layer) as LayerSpec;
    const callee = shared.get(layer) ?? made(spec, []);
    return `const ${variable(name)} = ${callee}.apply(${listOf(spec.kind, inputs, variable)}) as tf.SymbolicTensor;`;
  });
  const several = severalInputs(graph);
  const inputs = inputsOf(graph).map(({ name, shape }) => {
    const named = several === null ? '' : `, name: '${name}'`;
    return `const ${variable(name)} = tf.input({ shape: [${shape.join(', ')}]${named} });`;
  });
  const given = several === null ? 'x' : `[${names(several, variable)}]`;
  return `${[...inputs, ...layers, ...calls].join('\n')}

export const model = tf.model({ inputs: ${given}, outputs: ${variable(outputName(graph))} });
`;
}

function names(
  inputs: readonly { readonly name: string }[],
  variable: (name: string) => string,
): string {
  return inputs.map(({ name }) => variable(name)).join(', ');
}

/** Several values are given in a list. */
function listOf(
  kind: LayerKind,
  inputs: LayerCall['inputs'],
  variable: (name: string) => string,
): string {
  const given = inputs.map(variable).join(', ');
  return definitionOf(kind).group === 'Merge' || inputs.length > 1 ? `[${given}]` : given;
}

/** `tf.layers.dense({ units: 64, … })` with the fields that differ from the kind's defaults. */
function made(layer: LayerSpec, before: readonly string[]): string {
  const {
    alwaysWritten = [],
    tfjsOptions = {},
    tfjsNames = {},
    pairs = [],
    wrapperFields,
  } = definitionOf(layer.kind);
  const inner = innerLayer(layer);
  const values = layer as Readonly<Record<string, unknown>>;
  const options = layerFields(layer.kind).flatMap(({ name, initial }) => {
    const value = values[name];
    const seed = values[name.replace('Initialiser', 'Seed')];
    if (name.endsWith('Seed') || wrapperFields?.includes(name) === false) return [];
    if (name.endsWith('Initialiser') && typeof seed === 'number') {
      const made = `tf.initializers.${tfjsInitialiser(value as InitialiserKind)}({ seed: ${seed} })`;
      return [`${name.replace('Initialiser', 'Initializer')}: ${made}`];
    }
    const isKnown = JSON.stringify(value) === JSON.stringify(initial);
    if (isKnown && !alwaysWritten.includes(name) && !otherwiseInTfjs.has(name)) return [];
    if (name === 'resetAfter') return [];
    const text = name.endsWith('Initialiser') ? tfjsInitialiser(value as InitialiserKind) : value;
    const option = tfjsNames[name] ?? name.replace('Initialiser', 'Initializer');
    return [`${option}: ${literal(pairs.includes(name) ? pairsOf(value as number[]) : text)}`];
  });
  const more = Object.entries(tfjsOptions).map(([name, value]) => `${name}: ${value}`);
  const rules = ownClassOf(layer) === null ? rulesOf(layer) : [];
  const wrapped =
    inner === null
      ? []
      : [`layer: ${made(inner, [])}${layer.kind === 'bidirectional' ? ' as tf.RNN' : ''}`];
  const all = [...before, ...wrapped, ...options, ...rules, ...more, `name: '${layer.id}'`];
  const own = ownClassOf(layer);
  const maker = own === null ? `tf.layers.${layer.kind}` : `new ${own}`;
  const source = `${maker}({ ${all.join(', ')} })`;
  return isFrozenBatches(layer) ? `asInInference(${source})` : source;
}

/** Regularisers and constraints as options. */
function rulesOf(layer: LayerSpec): string[] {
  return kerasArguments(layer, noSeed).flatMap(({ name, value }) => {
    if (value === null || typeof value !== 'object' || !('className' in value)) return [];
    const { module, className, config } = value;
    const maker =
      className === 'L1L2' ? 'l1l2' : `${className[0]?.toLowerCase()}${className.slice(1)}`;
    const given = Object.entries(config).map(([key, own]) => `${camelCase(key)}: ${own}`);
    // The library wants an object, though it may be empty.
    return [
      `${camelCase(name)}: tf.${module}.${maker}({ ${[...given, ...(module === 'constraints' && className !== 'NonNeg' ? ['axis: 0'] : [])].join(', ')} })`,
    ];
  });
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** TensorFlow.js has other defaults than Keras here, so they are always written. */
const otherwiseInTfjs = new Set([
  'recurrentActivation',
  'kernelInitialiser',
  'depthwiseInitialiser',
]);

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

const reserved = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends
   false finally for function if implements import in instanceof interface let new null package
   private protected public return static super switch this throw true try typeof var void while
   with yield arguments eval tf training model Network`.split(/\s+/),
);
