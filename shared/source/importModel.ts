import { z } from 'zod';
import { inputShapeSchema, type SequentialArchitecture } from '../architecture/architecture';
import { activations } from '../architecture/activations';
import {
  definitionOf,
  layerCatalog,
  layerSpecSchema,
  type LayerKind,
  type LayerSpec,
} from '../architecture/layerCatalog';
import { layerFields } from '../architecture/layerFields';
import { initialiserOf } from './importInitialiser';
import { snakeCase } from './names';

export type Imported =
  | { readonly architecture: SequentialArchitecture }
  /** All that keeps the model from being built here, each naming its layer. */
  | { readonly unsupported: readonly string[] };

const layerSchema = z.looseObject({
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
});
type StoredLayer = z.infer<typeof layerSchema>;

/** Keras' `to_json()`, versions 2 and 3, and TensorFlow.js' model.json around the same. */
const modelSchema = z.looseObject({
  class_name: z.string(),
  config: z.union([
    z.looseObject({ layers: z.array(layerSchema).max(1_001) }),
    z.array(layerSchema).max(1_001),
  ]),
});

/** Fields without a meaning for what the layer computes, or that say so by these values. */
const neutral: Readonly<Record<string, readonly unknown[] | 'any'>> = {
  name: 'any',
  dtype: 'any',
  batch_input_shape: 'any',
  batch_shape: 'any',
  implementation: 'any',
  seed: 'any',
  unroll: 'any',
  zero_output_for_mask: 'any',
  input_length: 'any',
  ragged: 'any',
  trainable: [true],
  unit_forget_bias: [true],
  renorm: [false],
  renorm_momentum: 'any',
  renorm_clipping: [null],
  fused: 'any',
  synchronized: [false],
  groups: [1],
  dilation_rate: [1, [1], [1, 1]],
  data_format: ['channels_last', null],
  keepdims: [false],
  use_cudnn: 'any',
  pad_to_multiple_of: 'any',
};
/** An initialiser that only sets what our layers set by themselves. */
const ownInitialisers: Readonly<Record<string, string>> = {
  bias_initializer: 'zeros',
  gamma_initializer: 'ones',
  beta_initializer: 'zeros',
  moving_mean_initializer: 'zeros',
  moving_variance_initializer: 'ones',
};

/** @param value parsed JSON of a stored model; Sequential only */
export function importModel(value: unknown): Imported {
  const topology = inner(inner(value, 'modelTopology'), 'model_config');
  const model = modelSchema.safeParse(topology);
  if (!model.success) {
    return { unsupported: ['This is no model that Keras or TensorFlow.js stored as JSON.'] };
  }
  const { class_name: className, config } = model.data;
  if (className !== 'Sequential') {
    return { unsupported: [`A ${className} model is not supported, only a Sequential.`] };
  }
  const stored = Array.isArray(config) ? config : config.layers;
  const unsupported: string[] = [];
  const inputShape = inputShapeOf(stored);
  if (inputShape === null) {
    unsupported.push('The input shape is not stored, or has an axis of no fixed length.');
  }
  const taken = new Set<string>();
  const layers = stored
    .filter(({ class_name: own }) => own !== 'InputLayer')
    .flatMap((layer) => {
      const result = importLayer(layer, taken);
      if ('unsupported' in result) unsupported.push(...result.unsupported);
      return 'layer' in result ? [result.layer] : [];
    });
  if (inputShape === null || unsupported.length > 0) return { unsupported };
  return { architecture: { style: 'sequential', inputShape, layers } };
}

function inner(value: unknown, key: string): unknown {
  const own = z.looseObject({ [key]: z.unknown() }).safeParse(value);
  return own.success && own.data[key] !== undefined ? own.data[key] : value;
}

function inputShapeOf(layers: readonly StoredLayer[]): number[] | null {
  const shape = layers[0]?.config['batch_shape'] ?? layers[0]?.config['batch_input_shape'];
  if (!Array.isArray(shape) || shape[0] !== null) return null;
  return inputShapeSchema.safeParse(shape.slice(1)).data ?? null;
}

const kindOfLabel = new Map(
  (Object.keys(layerCatalog) as LayerKind[]).map((kind) => [layerCatalog[kind].label, kind]),
);
/** Activations that Keras also has as classes of their own. */
const activationClasses: Readonly<Record<string, string>> = { ReLU: 'relu', Softmax: 'softmax' };

function importLayer(
  { class_name: className, config }: StoredLayer,
  taken: Set<string>,
): { readonly layer: LayerSpec } | { readonly unsupported: readonly string[] } {
  const id = idOf(config['name'], className, taken);
  const asActivation = activationClasses[className];
  const kind = asActivation === undefined ? kindOfLabel.get(className) : 'activation';
  if (kind === undefined) return { unsupported: [`${id}: the layer kind ${className}.`] };
  const unsupported: string[] = [];
  const fields: Record<string, unknown> = { id, kind };
  if (asActivation !== undefined) fields['activation'] = asActivation;
  const known = new Map(layerFields(kind).map(({ name }) => [snakeCase(name), name]));
  for (const [key, stored] of Object.entries(config)) {
    const field = known.get(key);
    if (field === undefined) {
      if (!isNeutral(key, stored, kind)) {
        unsupported.push(`${id}: ${key} = ${JSON.stringify(stored)}.`);
      }
      continue;
    }
    const value = valueOf(field, stored);
    if (value === undefined) unsupported.push(`${id}: ${key} = ${JSON.stringify(stored)}.`);
    else fields[field] = value;
  }
  for (const [key, wanted] of Object.entries(definitionOf(kind).kerasOptions ?? {})) {
    const stored = config[key];
    if (stored !== undefined && JSON.stringify(stored) !== wanted.toLowerCase()) {
      unsupported.push(`${id}: ${key} = ${JSON.stringify(stored)}.`);
    }
  }
  if (unsupported.length > 0) return { unsupported };
  const spec = layerSpecSchema.safeParse(fields);
  if (spec.success) return { layer: spec.data };
  return {
    unsupported: spec.error.issues.map(
      ({ path, message }) => `${id}: ${snakeCase(path.join('.'))}: ${message}`,
    ),
  };
}

/** What TensorFlow.js or Keras store besides our fields, where it changes nothing. */
function isNeutral(key: string, value: unknown, kind: LayerKind): boolean {
  if (key in (definitionOf(kind).kerasOptions ?? {})) return true;
  const own = ownInitialisers[key];
  if (own !== undefined) return initialiserOf(value) === own;
  const allowed = neutral[key];
  if (allowed === 'any') return true;
  if (allowed !== undefined) {
    return allowed.some((one) => JSON.stringify(one) === JSON.stringify(value));
  }
  // The last axis, which a stored normalisation may count from the front or in a list.
  if (key === 'axis') return [-1, 1, 2, 3].includes(Array.isArray(value) ? value[0] : value);
  // Constraints, regularisers and switches that are off.
  return value === null || value === false || value === 0;
}

function valueOf(field: string, stored: unknown): unknown {
  if (field.endsWith('Initialiser')) return initialiserOf(stored);
  if (field === 'activation' || field === 'recurrentActivation') {
    const name = stored === 'silu' ? 'swish' : stored;
    return activations.find((own) => own === name);
  }
  return stored === null ? undefined : stored;
}

function idOf(name: unknown, className: string, taken: Set<string>): string {
  const stem = String(name ?? className)
    .replace(/[^A-Za-z0-9_-]/g, '_')
    .replace(/^[^A-Za-z]/, 'layer_')
    .slice(0, 60);
  let id = stem;
  for (let number = 2; taken.has(id) || id === 'input'; number++) id = `${stem}_${number}`;
  taken.add(id);
  return id;
}
