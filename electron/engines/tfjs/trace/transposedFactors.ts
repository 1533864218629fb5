import { freshIds, shapesOf, type StepProgram } from './program';
import type { RecordedOp } from './recorder';
import { DT, int32Vector, type Attribute } from './wire';

/**
 * `MatMul(transpose(a), b)` with the transposition as an operation of its own. XLA for CPUs
 * has fast products only where the first factor's last axis is summed over; a product that takes
 * its first factor transposed, as every weight gradient does, takes a slow path instead. The barrier
 * keeps XLA from folding the transposition back. (Transposing second factors as well costs more
 * than it gains: those are weights, and XLA packs them.)
 */
export function withTransposedFactors(program: StepProgram): StepProgram {
  const shapes = shapesOf(program);
  const constants = new Map(program.constants);
  const fresh = freshIds(program);
  const ops = program.ops.flatMap((op): RecordedOp[] => {
    const [first, ...others] = op.inputs;
    const flag = flags[op.op];
    const shape = first === undefined ? undefined : shapes.get(first);
    if (flag === undefined || shape === undefined || !isSet(op.attributes[flag])) return [op];
    const order = Array.from(shape, (_, axis) => axis);
    order.push(...order.splice(-2).reverse());
    const [orderId, turned, kept] = [fresh(), fresh(), fresh()];
    constants.set(orderId, int32Vector(...order));
    const outputs = (id: number) => [
      { id, dtype: DT.float32, shape: order.map((axis) => shape[axis] as number) },
    ];
    return [
      {
        op: 'Transpose',
        attributes: { T: float32, Tperm: { kind: 'type', value: DT.int32 } },
        inputs: [first as number, orderId],
        outputs: outputs(turned),
      },
      {
        op: 'XlaOptimizationBarrier',
        attributes: { T: { kind: 'types', value: [DT.float32] } },
        inputs: [turned],
        outputs: outputs(kept),
      },
      {
        ...op,
        attributes: { ...op.attributes, [flag]: { kind: 'bool', value: false } },
        inputs: [kept, ...others],
      },
    ];
  });
  return { ...program, ops, constants };
}

const float32: Attribute = { kind: 'type', value: DT.float32 };

/** Which attribute says that the first factor is transposed. */
const flags: Readonly<Record<string, string>> = {
  MatMul: 'transpose_a',
  BatchMatMulV2: 'adj_x',
};

function isSet(attribute: Attribute | undefined): boolean {
  return attribute?.kind === 'bool' && attribute.value;
}
