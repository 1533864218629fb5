import type { RecordedOp } from './recorder';
import { DT, type Attribute, type Node } from './wire';

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
