import * as tf from '@tensorflow/tfjs-node-gpu';
import { expandTyped, gatherUnchecked } from './recordedKernels';
import { nativeBackend, type Binding, type NativeAttribute } from './nativeBackend';
import opTable from './opTable.json';
import { TraceError } from './traceError';
import { DT, type Attribute, type TensorLiteral } from './wire';

/** One native operation of a step. Values are known by their native ids, which are unique. */
export interface RecordedOp {
  readonly op: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly inputs: readonly number[];
  readonly outputs: readonly {
    readonly id: number;
    readonly dtype: number;
    readonly shape: readonly number[];
  }[];
  /** Where in the step it was, in the words of whoever asked for it. */
  readonly place?: string;
}

/** All that one step did natively. */
export interface Recording {
  readonly ops: readonly RecordedOp[];
  /** Tensors made in JavaScript during the step, or before it and used by it. */
  readonly constants: ReadonlyMap<number, TensorLiteral>;
}

interface OpEntry {
  readonly outputs: readonly (readonly [string, string?])[];
  readonly attributes: readonly string[];
}
export const operations = opTable as unknown as Readonly<Record<string, OpEntry>>;

/**
 * Runs `step` once, eagerly, recording every native operation.
 *
 * @param known ids that stand for the step's inputs and state
 * @param placeOf asked at each operation where in the step it is
 * @throws {TraceError} if the step does what a graph cannot: read a value, or draw from
 *   Math.random
 */
export function record<T>(
  step: () => T,
  known: ReadonlySet<number>,
  placeOf: (() => string) | null = null,
): { recording: Recording; result: T } {
  const backend = nativeBackend();
  const native = backend.binding;
  const ops: RecordedOp[] = [];
  const constants = new Map<number, TensorLiteral>();
  const made = new Set<number>(known);
  const layers: string[] = [];
  const refuse = (what: string): never => {
    throw new TraceError(what, layers.at(-1) ?? null);
  };

  // Own properties shadow the native ones, which are read-only.
  const recorder = Object.create(native) as Binding;
  const own = (name: keyof Binding, value: unknown) =>
    Object.defineProperty(recorder, name, { value });
  own('executeOp', (op: string, attributes: NativeAttribute[], inputs: number[], count: number) => {
    for (const id of inputs) {
      if (made.has(id)) continue;
      made.add(id);
      constants.set(id, captured(native, id));
    }
    const outputs = native.executeOp(op, attributes, inputs, count);
    for (const { id } of outputs) made.add(id);
    ops.push({
      op,
      attributes: attributesOf(native, op, attributes, refuse),
      inputs: [...inputs],
      outputs,
      ...(placeOf && { place: placeOf() }),
    });
    return outputs;
  });
  own('createTensor', (shape: number[], dtype: number, values: unknown) => {
    const id = native.createTensor(shape, dtype, values);
    made.add(id);
    constants.set(id, { dtype, shape: [...shape], bytes: bytesOf(dtype, values, refuse) });
    return id;
  });
  own('tensorDataSync', () =>
    refuse(
      'The step reads a value (dataSync, data, array or print) that is known only when it runs',
    ),
  );

  const restore = [
    replace(backend, 'binding', recorder),
    replace(Math, 'random', () =>
      refuse('The step draws from Math.random, so its numbers would be frozen'),
    ),
    replace(kernelOf('GatherV2'), 'kernelFunc', gatherUnchecked as unknown as tf.KernelFunc),
    replace(kernelOf('ExpandDims'), 'kernelFunc', expandTyped as unknown as tf.KernelFunc),
    replace(tf.layers.Layer.prototype, 'apply', function (this: tf.layers.Layer, ...args) {
      layers.push(this.name);
      const result = applyLayer.apply(this, args);
      layers.pop();
      return result;
    }),
  ];
  try {
    return { result: step(), recording: { ops, constants } };
  } finally {
    for (const undo of restore.reverse()) undo();
  }
}

function kernelOf(name: string): { kernelFunc: tf.KernelFunc } {
  return tf.getKernel(name, 'tensorflow') as { kernelFunc: tf.KernelFunc };
}

const applyLayer = tf.layers.Layer.prototype.apply;

function replace<T extends object, K extends keyof T>(owner: T, name: K, value: T[K]): () => void {
  const before = owner[name];
  owner[name] = value;
  return () => {
    owner[name] = before;
  };
}

/** The current value of a tensor that was made before the step and is not state. */
function captured(native: Binding, id: number): TensorLiteral {
  // The binding has no shape for a bare id; Identity returns it.
  const values = native.tensorDataSync(id);
  const dtype =
    values instanceof Float32Array ? DT.float32 : values instanceof Int32Array ? DT.int32 : DT.bool;
  const attributes = [{ name: 'T', type: native.TF_ATTR_TYPE, value: dtype }];
  const [same] = native.executeOp('Identity', attributes, [id], 1);
  const shape = same?.shape ?? [];
  if (same !== undefined) native.deleteTensor(same.id);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return { dtype, shape: [...shape], bytes };
}

function bytesOf(dtype: number, values: unknown, refuse: (what: string) => never): Uint8Array {
  if (dtype === DT.string) refuse('The step makes a tensor of text');
  if (ArrayBuffer.isView(values)) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  }
  const numbers = Array.from(values as ArrayLike<number | boolean>, Number);
  const typed =
    dtype === DT.float32
      ? Float32Array.from(numbers)
      : dtype === DT.int32
        ? Int32Array.from(numbers)
        : Uint8Array.from(numbers);
  return new Uint8Array(typed.buffer);
}

function attributesOf(
  native: Binding,
  op: string,
  attributes: readonly NativeAttribute[],
  refuse: (what: string) => never,
): Record<string, Attribute> {
  const entry = operations[op] ?? refuse(`TensorFlow has no operation ${op}`);
  const known: Record<string, Attribute> = {};
  for (const { name, type, value } of attributes) {
    // Eager execution ignores an attribute that the operation does not have; a graph refuses it.
    if (entry.attributes.includes(name)) known[name] = attributeOf(native, type, value);
  }
  return known;
}

function attributeOf(native: Binding, type: number, value: unknown): Attribute {
  const isList = Array.isArray(value);
  switch (type) {
    case native.TF_ATTR_STRING:
      return { kind: 'string', value: value as string };
    case native.TF_ATTR_INT:
      return isList ? { kind: 'ints', value } : { kind: 'int', value: value as number };
    case native.TF_ATTR_FLOAT:
      return isList ? { kind: 'floats', value } : { kind: 'float', value: value as number };
    case native.TF_ATTR_BOOL:
      return isList ? { kind: 'bools', value } : { kind: 'bool', value: value as boolean };
    case native.TF_ATTR_TYPE:
      return { kind: 'type', value: value as number };
    case native.TF_ATTR_SHAPE:
      return { kind: 'shape', value: value as number[] };
    default:
      throw new TraceError(`An attribute has the unknown type ${type}`);
  }
}
