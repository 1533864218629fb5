import { pruned, shapesOf, type StepProgram } from './program';
import type { RecordedOp } from './recorder';

/**
 * The program without operations that only pass on their input: reshapes to the same shape or
 * back to it, casts to the same type. The library's gradients are full of them; eager execution
 * spends no time on them, but the loop does, and they hide from TensorFlow what it could fuse.
 */
export function withoutCopies(program: StepProgram): StepProgram {
  const shapes = shapesOf(program);
  /** The value that replaces another one. */
  const standIn = new Map<number, number>();
  /** What a reshaped value was, before all reshapes. */
  const reshaped = new Map<number, number>();
  const now = (id: number) => standIn.get(id) ?? id;
  const ops = program.ops.flatMap((op): RecordedOp[] => {
    const inputs = op.inputs.map(now);
    const [output] = op.outputs;
    if (op.op === 'Reshape' && output !== undefined) {
      const [given, shape] = inputs as [number, number];
      const source = reshaped.get(given) ?? given;
      if (shapes.get(source)?.join() !== output.shape.join()) {
        reshaped.set(output.id, source);
        return [{ ...op, inputs: [source, shape] }];
      }
      standIn.set(output.id, source);
      return [];
    }
    const [given] = inputs;
    if (given === undefined || output === undefined || !isCastToSame(op))
      return [{ ...op, inputs }];
    standIn.set(output.id, given);
    return [];
  });
  const state = program.state.map((own) => ({ ...own, after: now(own.after) }));
  const result = { ...program.result, id: now(program.result.id) };
  const needed = [...state.map(({ after }) => after), result.id];
  return { ...program, state, result, ...pruned({ ...program, ops }, needed) };
}

function isCastToSame({ op, attributes }: RecordedOp): boolean {
  const [from, to] = [attributes.SrcT, attributes.DstT];
  return op === 'Cast' && from?.kind === 'type' && to?.kind === 'type' && from.value === to.value;
}
