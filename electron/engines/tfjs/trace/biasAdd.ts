import type { RecordedOp } from './recorder';

/**
 * `x + bias` and `x + reshape(bias, [1, …, 1, C])`, which is how the library adds a bias, as
 * `BiasAdd(x, bias)`: the same sums, without the general broadcast, and in the form that TensorFlow
 * fuses with a convolution or product before it.
 *
 * @param vectors ids of state with one axis
 */
export function withBiasAdd(
  ops: readonly RecordedOp[],
  vectors: ReadonlyMap<number, { readonly length: number }>,
): RecordedOp[] {
  const madeBy = new Map(
    ops.flatMap((op) => op.outputs.map(({ id }) => [id, op] as [number, RecordedOp])),
  );
  /** The id before a reshape that only adds axes of length 1 in front; otherwise the id itself. */
  const vectorOf = (id: number, rank: number): number => {
    const op = madeBy.get(id);
    const shape = op?.outputs[0]?.shape;
    const isInFront =
      op?.op === 'Reshape' &&
      shape?.length === rank &&
      shape.slice(0, -1).every((length) => length === 1);
    return isInFront ? (op.inputs[0] as number) : id;
  };
  return ops.map((op) => {
    if (op.op !== 'Add' && op.op !== 'AddV2') return op;
    const [x, addend] = op.inputs as [number, number];
    const [output] = op.outputs as [RecordedOp['outputs'][0]];
    const bias = vectorOf(addend, output.shape.length);
    const source = madeBy.get(x)?.outputs.find(({ id }) => id === x);
    const isBias =
      output.shape.length > 1 &&
      vectors.get(bias)?.length === output.shape.at(-1) &&
      source?.shape.join() === output.shape.join();
    if (!isBias) return op;
    return {
      op: 'BiasAdd',
      attributes: {
        T: { kind: 'type', value: output.dtype },
        data_format: { kind: 'string', value: 'NHWC' },
      },
      inputs: [x, bias],
      outputs: op.outputs,
    };
  });
}
