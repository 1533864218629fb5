import { shapesOf, usesOf, type StepProgram } from './program';
import type { RecordedOp } from './recorder';

/**
 * The program without operations that hand on what they were given: reshapes to the same shape,
 * casts to the same type. The library's gradients are full of them; eager execution needs no time
 * for them, the loop does, and they hide from TensorFlow which operations it could fuse.
 */
export function withoutCopies(program: StepProgram): StepProgram {
  const shapes = shapesOf(program);
  /** What stands for a value now. */
  const standIn = new Map<number, number>();
  const now = (id: number) => standIn.get(id) ?? id;
  const ops = program.ops.flatMap((op): RecordedOp[] => {
    const inputs = op.inputs.map(now);
    const [output] = op.outputs;
    const [given] = inputs;
    if (given === undefined || output === undefined || !isCopy(op, shapes.get(given), output)) {
      return [{ ...op, inputs }];
    }
    standIn.set(output.id, given);
    return [];
  });
  const lean = {
    ...program,
    ops,
    state: program.state.map((own) => ({ ...own, after: now(own.after) })),
    result: { ...program.result, id: now(program.result.id) },
  };
  const used = new Set(usesOf(lean));
  return { ...lean, constants: new Map([...program.constants].filter(([id]) => used.has(id))) };
}

function isCopy(
  { op, attributes }: RecordedOp,
  given: readonly number[] | undefined,
  output: { readonly shape: readonly number[] },
): boolean {
  if (op === 'Reshape') return given?.join() === output.shape.join();
  const [from, to] = [attributes.SrcT, attributes.DstT];
  return op === 'Cast' && from?.kind === 'type' && to?.kind === 'type' && from.value === to.value;
}
