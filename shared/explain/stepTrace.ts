import { z } from 'zod';

/** Where in a step an operation is computed. */
export const passes = ['forward', 'loss', 'backward', 'update'] as const;
export type Pass = (typeof passes)[number];

/** What a value is that no operation of the step made. */
export const sourceKinds = ['weight', 'slot', 'batch', 'seeds', 'rate', 'constant'] as const;
export type SourceKind = (typeof sourceKinds)[number];

const index = z.int().min(0);

const valueSchema = z.strictObject({
  shape: z.array(index),
  dtype: z.enum(['float32', 'float64', 'int32', 'int64', 'uint32', 'uint8', 'bool']),
  /** Of its bytes, little-endian and row-major: order counts. The first 16 digits. */
  sha256: z.string().regex(/^[0-9a-f]{16}$/),
  /** Where in the file of values its bytes are; null if there was no room. */
  offset: index.nullable(),
});
export type TracedValue = z.infer<typeof valueSchema>;

const placeSchema = z.strictObject({
  pass: z.enum(passes),
  /** The user's layer id; null outside of layers. */
  layer: z.string().nullable(),
  /** Counts the layer's uses in the step from 1; 0 outside of layers. */
  call: index,
  /** In the update: the weight that is updated. */
  role: z.string().nullable(),
});
export type OpPlace = z.infer<typeof placeSchema>;

const opSchema = placeSchema.extend({
  /** The engine's name of it: TensorFlow's, JAX's primitive, torch's below autograd. */
  op: z.string(),
  /** Its attributes as JSON, which decide what it computes. */
  attributes: z.string(),
  /** Places in `values`. */
  inputs: z.array(index),
  outputs: z.array(index),
  /** It was computed by itself: the step, in which it is joined with others, may have rounded otherwise. */
  isApart: z.boolean().optional(),
});
export type TracedOp = z.infer<typeof opSchema>;

const sourceSchema = z.strictObject({
  kind: z.enum(sourceKinds),
  /** `layer/role` of a weight; what else names it. */
  name: z.string(),
  value: index,
});
export type TracedSource = z.infer<typeof sourceSchema>;

/** One training step with every native operation's inputs and outputs, in order. */
export const stepTraceSchema = z.strictObject({
  twintrain: z.literal('step-trace'),
  version: z.literal(1),
  /** From 1. */
  step: z.int().min(1),
  /** What its operations are: TensorFlow.js' one after the other or as a compiled program, or Keras' backend's. */
  form: z.enum(['eager', 'graph', 'xla', 'jax', 'tensorflow', 'torch']),
  values: z.array(valueSchema),
  sources: z.array(sourceSchema),
  ops: z.array(opSchema),
});
export type StepTrace = z.infer<typeof stepTraceSchema>;

/** Whose operations a trace has: those of TensorFlow.js in three forms, or of one backend of Keras. */
export function engineOfForm(form: StepTrace['form']): string {
  return form === 'eager' || form === 'graph' || form === 'xla' ? 'tfjs' : form;
}

/** Places of the values that a formula's numbers have. */
export function constantsOf({ sources }: StepTrace): ReadonlySet<number> {
  return new Set(sources.flatMap(({ kind, value }) => (kind === 'constant' ? value : [])));
}

/** Beside the records of a run that was trained again to be observed. */
export const traceFiles = { trace: 'step-trace.json', values: 'step-values.bin' } as const;
