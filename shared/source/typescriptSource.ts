import type { Architecture, SubclassArchitecture } from '../architecture/architecture';
import { definitionOf, type LayerSpec } from '../architecture/layerCatalog';
import { layerFields } from '../architecture/layerFields';
import { identifiers, outputName, variableNames } from './names';

/**
 * The network as source for TensorFlow.js. Its library has no model to subclass, so the second style
 * is a class of layers with a `call` of its own.
 */
export function typescriptSource(architecture: Architecture): string {
  return architecture.style === 'sequential'
    ? sequentialSource(architecture)
    : subclassSource(architecture);
}

function sequentialSource({
  inputShape,
  layers,
}: Extract<Architecture, { style: 'sequential' }>): string {
  const shape = `inputShape: [${inputShape.join(', ')}]`;
  const lines = layers.map((layer, index) => `    ${made(layer, index === 0 ? [shape] : [])},`);
  return `import * as tf from '@tensorflow/tfjs';

export const model = tf.sequential({
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
  const calls = graph.calls.map(({ name, layer, inputs }) => {
    const { group, label } = definitionOf(kinds.get(layer) ?? 'dense');
    const given = inputs.map(variable);
    const listed = group === 'Merge' ? `[${given.join(', ')}]` : given.join(', ');
    const training = label === 'Dropout' || label === 'BatchNormalization' ? ', { training }' : '';
    return `    const ${variable(name)} = this.${members.get(layer)}.apply(${listed}${training}) as tf.Tensor;`;
  });
  return `import * as tf from '@tensorflow/tfjs';

export class Network {
${graph.members.map((layer) => `  readonly ${members.get(layer.id)} = ${made(layer, [])};`).join('\n')}

  /** x: [batch, ${graph.inputShape.join(', ')}] */
  call(x: tf.Tensor, training = false): tf.Tensor {
${calls.join('\n')}
    return ${variable(outputName(graph))};
  }
}

export const model = new Network();
`;
}

/** `tf.layers.dense({ units: 64, … })` with the fields that differ from the kind's own. */
function made(layer: LayerSpec, before: readonly string[]): string {
  const { alwaysWritten = [], tfjsOptions = {} } = definitionOf(layer.kind);
  const options = layerFields(layer.kind).flatMap(({ name, initial }) => {
    const value = (layer as Record<string, unknown>)[name];
    const isKnown = JSON.stringify(value) === JSON.stringify(initial);
    if (isKnown && !alwaysWritten.includes(name) && !otherwiseInTfjs.has(name)) return [];
    return [`${name.replace('Initialiser', 'Initializer')}: ${literal(value)}`];
  });
  const own = Object.entries(tfjsOptions).map(([name, value]) => `${name}: ${value}`);
  const all = [...before, ...options, ...own, `name: '${layer.id}'`];
  return `tf.layers.${layer.kind}({ ${all.join(', ')} })`;
}

/** TensorFlow.js has other defaults than Keras here, so they are always written. */
const otherwiseInTfjs = new Set([
  'recurrentActivation',
  'kernelInitialiser',
  'depthwiseInitialiser',
]);

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

const reserved = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends
   false finally for function if implements import in instanceof interface let new null package
   private protected public return static super switch this throw true try typeof var void while
   with yield arguments eval tf training model Network`.split(/\s+/),
);
