import { reshapeOp } from './nodes';
import { freshIds, shapesOf, type StepProgram } from './program';
import type { RecordedOp } from './recorder';
import { int32Vector, type Attribute } from './wire';

/**
 * Products of two matrices as `MatMul`, also those in a batch of one. The library uses
 * `BatchMatMulV2` for all, whose oneDNN kernel takes twice the time for LeNet's and 60 microseconds
 * for the smallest.
 */
export function withPlainProducts(program: StepProgram): StepProgram {
  const shapes = shapesOf(program);
  const constants = new Map(program.constants);
  const fresh = freshIds(program);
  const reshape = (from: number, to: number, shape: readonly number[]): RecordedOp => {
    const shapeId = fresh();
    constants.set(shapeId, int32Vector(...shape));
    return reshapeOp(from, to, shape, shapeId);
  };
  const ops = program.ops.flatMap((op): RecordedOp[] => {
    const given = op.inputs.map((id) => shapes.get(id) ?? []);
    const [output] = op.outputs;
    if (op.op !== 'BatchMatMulV2' || output === undefined || !given.every(isOneMatrix)) return [op];
    const { adj_x, adj_y, ...others } = op.attributes as Record<'adj_x' | 'adj_y', Attribute>;
    const attributes = { ...others, transpose_a: adj_x, transpose_b: adj_y };
    const product: RecordedOp = { ...op, op: 'MatMul', attributes };
    if (output.shape.length === 2 && given.every(({ length }) => length === 2)) return [product];
    const factors = given.map((shape, index) =>
      reshape(op.inputs[index] as number, fresh(), shape.slice(-2)),
    );
    const plain = { ...output, id: fresh(), shape: output.shape.slice(-2) };
    return [
      ...factors,
      {
        ...product,
        inputs: factors.map(({ outputs }) => outputs[0]?.id as number),
        outputs: [plain],
      },
      reshape(plain.id, output.id, output.shape),
    ];
  });
  return { ...program, ops, constants };
}

/** [m, n] or [1, …, 1, m, n] */
function isOneMatrix(shape: readonly number[]): boolean {
  return shape.length >= 2 && shape.slice(0, -2).every((length) => length === 1);
}
