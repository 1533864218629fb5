import { z } from 'zod';
import { activations } from '../../architecture/activations';
import {
  definitionOf,
  layerCatalog,
  layerSpecSchema,
  type LayerKind,
  type LayerSpec,
} from '../../architecture/layerCatalog';
import { layerFields, ruledWeightsOf } from '../../architecture/layerFields';
import { innerKindNames, type StepLayer } from '../../architecture/layers/timeDistributed';
import type { Shape } from '../../architecture/layers/definition';
import { sizeOf } from '../../architecture/shape';
import { issueText } from '../../lib/issueText';
import { snakeCase } from '../names';
import { bothWays } from './bothWays';
import { describeStored } from './describeStored';
import { initialiserOf, seedOf } from './importInitialiser';
import { addRule, importedRule } from './importRule';
import { storedLayerSchema, type StoredLayer } from './storedModel';

export interface ImportedLayer {
  /** Null if it is not supported. */
  readonly layer: LayerSpec | null;
  /** Settings that are not taken over although they affect training. */
  readonly leftOut: readonly string[];
  readonly unsupported: readonly string[];
}

/** Fields that do not affect what the layer computes. */
const meaningless = new Set([
  'name',
  'batch_input_shape',
  'batch_shape',
  'input_length',
  'implementation',
  'unroll',
  'zero_output_for_mask',
  'renorm_momentum',
  'fused',
  'use_cudnn',
  'pad_to_multiple_of',
  'supports_masking',
  'autocast',
]);

/** Fields that change nothing if they have one of these values. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  unit_forget_bias: [true],
  renorm: [false],
  rms_scaling: [false],
  synchronized: [false, true],
  groups: [1],
  dilation_rate: [1, [1], [1, 1]],
  data_format: ['channels_last'],
  keepdims: [false],
  return_state: [false],
  go_backwards: [false],
  stateful: [false],
  time_major: [false],
  sparse: [false],
  ragged: [false],
  dropout: [0],
  recurrent_dropout: [0],
  threshold: [0],
  negative_slope: [0],
  use_gate: [false],
  invert: [false],
  // The axis of the steps.
  attention_axes: [[1]],
};

/** Initialisers that our layers use anyway. */
const ownInitialisers: Readonly<Record<string, string>> = {
  bias_initializer: 'zeros',
  gamma_initializer: 'ones',
  beta_initializer: 'zeros',
  moving_mean_initializer: 'zeros',
  moving_variance_initializer: 'ones',
};

/** Fields by the names that they had in Keras 2. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LeakyReLU: { alpha: 'negative_slope' },
};

const kindOfLabel = new Map(
  (Object.keys(layerCatalog) as LayerKind[]).map((kind) => [layerCatalog[kind].label, kind]),
);
const otherLabels: Readonly<Record<string, LayerKind>> = {
  // The classes of our own source for TensorFlow.js.
  ResetAfterGru: 'gru',
  BilinearUpSampling2D: 'upSampling2d',
  GlobalMaxPool1D: 'globalMaxPooling1d',
  GlobalMaxPool2D: 'globalMaxPooling2d',
  GlobalAvgPool1D: 'globalAveragePooling1d',
  GlobalAvgPool2D: 'globalAveragePooling2d',
  Convolution2DTranspose: 'conv2dTranspose',
  SeparableConvolution2D: 'separableConv2d',
  MaxPool1D: 'maxPooling1d',
  MaxPool2D: 'maxPooling2d',
  AvgPool1D: 'averagePooling1d',
  AvgPool2D: 'averagePooling2d',
  Convolution1D: 'conv1d',
  Convolution2D: 'conv2d',
};

/** The kind that a class is imported as; undefined for others, and for activations. */
export function kindOfClass(className: string): LayerKind | undefined {
  return kindOfLabel.get(className) ?? otherLabels[className];
}

/** Activations that Keras also has as classes of their own. */
function activationOfClass({ class_name: name, config }: StoredLayer): string | undefined {
  // Along any other axis it is a layer of its own.
  if (name === 'Softmax') return (config['axis'] ?? -1) === -1 ? 'softmax' : undefined;
  if (name === 'ELU' && (config['alpha'] ?? 1) === 1) return 'elu';
  if (name !== 'ReLU') return undefined;
  return config['max_value'] === 6 ? 'relu6' : 'relu';
}

/**
 * Converts one stored layer. Every field is taken over, known to change nothing, listed as
 * left out, or given as a reason why the layer is not supported.
 * @param id its name here
 * @param inputs shapes of its inputs, without the batch axis; null if they are not known
 */
export function importLayer(
  stored: StoredLayer,
  id: string,
  inputs: readonly Shape[] | null,
): ImportedLayer {
  const { class_name: className } = stored;
  const flat = className === 'Bidirectional' ? bothWays(stored.config) : stored;
  if ('problem' in flat) {
    return { layer: null, leftOut: [], unsupported: [`${id}: ${String(flat.problem)}`] };
  }
  const { config } = flat;
  if (className === 'TimeDistributed') return onEachStep(config, id, inputs);
  const asActivation = activationOfClass(stored);
  const kind = asActivation === undefined ? kindOfClass(className) : 'activation';
  if (kind === undefined) {
    const what = `${id}: the layer kind ${className}${isOfData(className) ? ', which prepares the data before the network' : ''}.`;
    return { layer: null, leftOut: [], unsupported: [what] };
  }
  const leftOut: string[] = [];
  const unsupported: string[] = [];
  const refuse = (key: string, value: unknown) =>
    unsupported.push(`${id}: ${key} = ${JSON.stringify(value)}.`);
  const fields: Record<string, unknown> = { id, kind };
  if (asActivation !== undefined) fields['activation'] = asActivation;
  const known = new Map(layerFields(kind).map(({ name }) => [snakeCase(name), name]));
  // Keras' meaning of a missing field.
  if (kind === 'gru' || config['cell'] === 'gru') {
    fields['resetAfter'] = config['reset_after'] ?? className === 'ResetAfterGru';
  }
  for (const [stored, value] of Object.entries(config)) {
    const key = renamed[className]?.[stored] ?? stored;
    if (asActivation !== undefined && ['max_value', 'alpha', 'axis'].includes(key)) {
      if (key === 'max_value' && value !== null && value !== 6) refuse(key, value);
      continue;
    }
    const rule = importedRule(key, value, ruledWeightsOf(kind));
    if (rule === 'unknown') leftOut.push(`${id}: ${key} = ${said(value)}.`);
    if (rule !== null) {
      if (rule !== 'unknown') addRule(fields, rule);
      continue;
    }
    const field = known.get(key);
    if (field !== undefined && !field.endsWith('Seed')) {
      const taken = takenOver(field, value, kind, config, inputs);
      if (taken === undefined) refuse(key, value);
      else Object.assign(fields, taken);
      continue;
    }
    const why = leftOutBecause(key, value);
    if (why === 'left out') leftOut.push(`${id}: ${key} = ${said(value)}.`);
    else if (why === null && !isNeutral(key, value, inputs)) refuse(key, value);
  }
  if (kind === 'normalization' && (config['mean'] ?? null) === null) leftOut.push(adaptedNote(id));
  if (unsupported.length > 0) return { layer: null, leftOut, unsupported };
  const spec = layerSpecSchema.safeParse(fields);
  if (spec.success) return { layer: spec.data, leftOut, unsupported };
  const issues = spec.error.issues.map(
    (issue) => `${id}: ${snakeCase(issue.path.join('.'))} ${issueText(issue)}`,
  );
  return { layer: null, leftOut, unsupported: issues };
}

/** A TimeDistributed, whose layer is a field of it. */
function onEachStep(
  { layer: stored, ...own }: StoredLayer['config'],
  id: string,
  inputs: readonly Shape[] | null,
): ImportedLayer {
  const inner = storedLayerSchema.safeParse(stored).data;
  const refused = (what: string) => ({ layer: null, leftOut: [], unsupported: [`${id}: ${what}`] });
  if (inner === undefined) return refused('TimeDistributed without a layer.');
  const steps = inputs?.map((shape) => shape.slice(1)) ?? null;
  const { layer, leftOut, unsupported } = importLayer(inner, id, steps);
  if (layer === null) return { layer, leftOut, unsupported };
  if (!innerKindNames.some((kind) => kind === layer.kind)) {
    return refused(`TimeDistributed with ${inner.class_name}. ${insteadOf(layer.kind)}`.trim());
  }
  const isTrained = own['trainable'] !== false;
  const { id: _, ...fields } =
    'trainable' in layer && !isTrained ? { ...layer, trainable: false } : layer;
  return {
    layer: { id, kind: 'timeDistributed', layer: fields as StepLayer },
    leftOut,
    unsupported,
  };
}

/** What does almost the same as the layer on each step. */
function insteadOf(kind: LayerKind): string {
  return kind === 'dropout' || kind === 'batchNormalization'
    ? 'Put it outside of the TimeDistributed: it takes all steps by itself.'
    : '';
}

/** Said of a Normalization whose numbers are weights that `adapt` set, as long as they are not found. */
export function adaptedNote(id: string): string {
  return `${id}: its mean and variance, which adapt() sets and only .keras and .h5 hold. 0 and 1 are taken.`;
}

function isOfData(className: string): boolean {
  return /^(Resizing|CenterCrop|Random|Text|String|Category|Hashing|Discretization)/.test(
    className,
  );
}

/** Values of our fields; undefined if the stored value is not supported. */
function takenOver(
  field: string,
  value: unknown,
  kind: LayerKind,
  config: Readonly<Record<string, unknown>>,
  inputs: readonly Shape[] | null,
): Readonly<Record<string, unknown>> | undefined {
  if (field.endsWith('Initialiser')) {
    const initialiser = initialiserOf(value);
    if (initialiser === undefined) return undefined;
    const { kind: name, seed } = initialiser;
    const seedField = field.replace('Initialiser', 'Seed');
    const hasSeed = layerFields(kind).some((own) => own.name === seedField);
    if (seed !== null && !hasSeed) return undefined;
    return { [field]: name, ...(seed === null ? {} : { [seedField]: seed }) };
  }
  if (field === 'seed') {
    const seed = seedOf(value);
    return seed === undefined ? undefined : { seed };
  }
  if (field === 'activation' || field === 'recurrentActivation') {
    const name = activationName(value);
    const found = activations.find((own) => own === name);
    return found === undefined ? undefined : { [field]: found };
  }
  if (field === 'targetShape') return targetShape(value, inputs);
  if (field === 'sharedAxes' && value === null) return { sharedAxes: [] };
  if (definitionOf(kind).pairs?.includes(field) === true) return { [field]: inPairs(value) };
  if (kind === 'normalization') return value === null ? {} : { [field]: givenNumbers(value) };
  // If a pooling stores no strides, they equal its window.
  if (field === 'strides' && value === null) return { strides: lengths(config['pool_size'], kind) };
  const input = layerFields(kind).find((own) => own.name === field)?.input;
  if (input?.type === 'lengths' && input.areWhole) return { [field]: lengths(value, kind) };
  if (value === null) {
    if (input?.type === 'boolean') return {};
    return input?.type === 'integer' && input.isOptional ? { [field]: null } : undefined;
  }
  // One length, which Keras stores as a shape.
  if (field === 'outputShape' && Array.isArray(value) && value.length === 1) {
    return { [field]: value[0] as unknown };
  }
  return { [field]: value };
}

/** A function's name, also in the form in which Keras 3 stores functions; none means linear. */
function activationName(value: unknown): unknown {
  const stored = z.looseObject({ class_name: z.string(), config: z.unknown() }).safeParse(value);
  const plain = stored.success
    ? typeof stored.data.config === 'string'
      ? stored.data.config
      : stored.data.class_name
    : (value ?? 'linear');
  return plain === 'silu' ? 'swish' : plain;
}

/** One number for all features, or one for each, perhaps within lists of axes of one. */
function givenNumbers(value: unknown): unknown {
  return Array.isArray(value) ? value.flat(Infinity) : [value];
}

/** Keras 2 may store one number for all axes. */
function lengths(value: unknown, kind: LayerKind): unknown {
  const axes = kind.endsWith('1d') ? 1 : 2;
  return typeof value === 'number' ? Array.from({ length: axes }, () => value) : value;
}

/** One number for all sides, one for each axis, or two. */
function inPairs(value: unknown): unknown {
  const axes = Array.isArray(value) ? (value as unknown[]) : [value, value];
  return axes.flatMap((own) => (Array.isArray(own) ? (own as unknown[]) : [own, own]));
}

/** One length may be -1, which means whatever remains. */
function targetShape(value: unknown, inputs: readonly Shape[] | null) {
  const shape = z.array(z.int()).safeParse(value).data;
  if (shape === undefined) return undefined;
  const open = shape.filter((length) => length === -1).length;
  if (open === 0 || inputs === null) return { targetShape: shape.map((own) => Math.max(own, 1)) };
  const rest = shape.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const size = sizeOf(inputs[0] ?? []) / rest;
  if (open > 1 || !Number.isInteger(size)) return undefined;
  return { targetShape: shape.map((length) => (length === -1 ? size : length)) };
}

/** Fields that affect training and have no counterpart here; null if the field is not one of them. */
function leftOutBecause(key: string, value: unknown): 'left out' | 'nothing' | null {
  if (/^activity_regularizer$/.test(key) || /^(quantization_config|lora_\w+)$/.test(key)) {
    return value === null ? 'nothing' : 'left out';
  }
  // Of layers that have no weights.
  if (key === 'trainable') return 'nothing';
  if (key === 'dtype') return policyOf(value) === 'float32' ? 'nothing' : 'left out';
  return null;
}

/** The name of a dtype or of a policy. */
function policyOf(value: unknown): unknown {
  const policy = z.looseObject({ config: z.looseObject({ name: z.unknown() }) }).safeParse(value);
  return policy.success ? policy.data.config.name : (value ?? 'float32');
}

function said(value: unknown): string {
  return typeof value === 'string' || describeStored(value) === ''
    ? JSON.stringify(value)
    : describeStored(value);
}

/** Whether a stored field that we do not have changes nothing. */
function isNeutral(key: string, value: unknown, inputs: readonly Shape[] | null): boolean {
  if (meaningless.has(key) || value === null) return true;
  const own = ownInitialisers[key];
  if (own !== undefined) return initialiserOf(value)?.kind === own;
  if (key === 'axis') return isLastAxis(value, inputs);
  // The seed of dropout inside recurrent layers, which is refused by its rate if it is used.
  if (key === 'seed') return true;
  return (neutral[key] ?? []).some((one) => JSON.stringify(one) === JSON.stringify(value));
}

/** The last axis, counted from either end, the batch axis included; any, where the input is not known. */
function isLastAxis(value: unknown, inputs: readonly Shape[] | null): boolean {
  const [axis, ...more] = Array.isArray(value) ? (value as unknown[]) : [value];
  return more.length === 0 && (axis === -1 || inputs === null || axis === inputs[0]?.length);
}
