import { shapesOf, type StepProgram } from './program';
import type { RecordedOp } from './recorder';

/**
 * Products of two matrices as `MatMul`. The library takes `BatchMatMulV2` for all, whose oneDNN kernel
 * needs twice the time for LeNet's.
 */
export function withPlainProducts(program: StepProgram): StepProgram {
  const shapes = shapesOf(program);
  const ops = program.ops.map((op): RecordedOp => {
    if (op.op !== 'BatchMatMulV2' || op.inputs.some((id) => shapes.get(id)?.length !== 2))
      return op;
    const { adj_x, adj_y, ...attributes } = op.attributes;
    if (adj_x === undefined || adj_y === undefined) return op;
    return {
      ...op,
      op: 'MatMul',
      attributes: { ...attributes, transpose_a: adj_x, transpose_b: adj_y },
    };
  });
  return { ...program, ops };
}
