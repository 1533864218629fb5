import type { RecordedOp } from './recorder';
import { DT, type Argument, type Attribute, type Node } from './wire';

export const type = (dtype: number): Attribute => ({ kind: 'type', value: dtype });

/** Reshapes `from` into `to`; the constant `shapeId` holds the new shape. */
export function reshapeOp(
  from: number,
  to: number,
  shape: readonly number[],
  shapeId: number,
): RecordedOp {
  return {
    op: 'Reshape',
    attributes: { T: type(DT.float32), Tshape: type(DT.int32) },
    inputs: [from, shapeId],
    outputs: [{ id: to, dtype: DT.float32, shape }],
  };
}

export function reshape(name: string, value: string, shape: string, dtype: number): Node {
  return {
    name,
    op: 'Reshape',
    inputs: [value, `${shape}:output:0`],
    attributes: { T: type(dtype), Tshape: type(DT.int32) },
  };
}

export function gather(name: string, data: string, index: string, dtype: number): Node {
  return {
    name,
    op: 'GatherV2',
    inputs: [data, index, 'axis:output:0'],
    attributes: { Tparams: type(dtype), Tindices: type(DT.int32), Taxis: type(DT.int32) },
  };
}

/** What a graph is fed under a name. */
export function placeholder(name: string, dtype: number, shape: readonly number[]): Node {
  return {
    name,
    op: 'Placeholder',
    inputs: [],
    attributes: { dtype: type(dtype), shape: { kind: 'shape', value: shape } },
  };
}

/**
 * The call of a function with everything that is fed.
 * @param outputs their types
 * @param isXla whether XLA compiles the function as a whole
 */
export function callOf(
  name: string,
  given: readonly Argument[],
  outputs: readonly number[],
  isXla: boolean,
): Node {
  return {
    name: 'call',
    op: 'PartitionedCall',
    inputs: given.map((own) => own.name),
    attributes: {
      Tin: { kind: 'types', value: given.map(({ dtype }) => dtype) },
      Tout: { kind: 'types', value: outputs },
      f: { kind: 'function', value: name },
      ...(isXla ? { _XlaMustCompile: { kind: 'bool', value: true } } : {}),
    },
  };
}

/**
 * The same as a branch that is always taken. TensorFlow infers the shapes in a called function when it loads
 * the graph, and gives the bias of `_MklNativeConv2DBackpropFilterWithBias` as many entries as the
 * input has channels; into a branch, as into a loop, it does not look.
 */
export function branchOf(
  name: string,
  given: readonly Argument[],
  outputs: readonly number[],
): Node {
  return {
    name: 'call',
    op: 'StatelessIf',
    inputs: ['always', ...given.map((own) => own.name)],
    attributes: {
      Tcond: type(DT.bool),
      Tin: { kind: 'types', value: given.map(({ dtype }) => dtype) },
      Tout: { kind: 'types', value: outputs },
      then_branch: { kind: 'function', value: name },
      else_branch: { kind: 'function', value: name },
      output_shapes: { kind: 'shapes', value: [] },
    },
  };
}

export function constant(
  name: string,
  dtype: number,
  shape: readonly number[],
  bytes: Uint8Array,
): Node {
  return {
    name,
    op: 'Const',
    inputs: [],
    attributes: { dtype: type(dtype), value: { kind: 'tensor', value: { dtype, shape, bytes } } },
  };
}
