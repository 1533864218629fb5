import type { RecordedOp, Recording } from './recorder';
import { TraceError } from './traceError';
import type { TensorLiteral } from './wire';

/** A value's type; sizes are fixed, since XLA compiles for them. */
export interface ValueType {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** One step as a function: inputs and state in, loss and new state out. No JavaScript is left in it. */
export interface StepProgram {
  readonly inputs: readonly (ValueType & { readonly id: number })[];
  /** `before` and `after` are the same id where the step left the state alone. */
  readonly state: readonly (ValueType & { readonly before: number; readonly after: number })[];
  readonly loss: number;
  /** Only what loss and state need, in order. */
  readonly ops: readonly RecordedOp[];
  readonly constants: ReadonlyMap<number, TensorLiteral>;
}

/** Drops what neither the loss nor the state needs: metrics nobody asked for, unused gradients. */
export function pruned(
  recording: Recording,
  needed: readonly number[],
): Pick<StepProgram, 'ops' | 'constants'> {
  const wanted = new Set(needed);
  const ops: RecordedOp[] = [];
  for (const op of [...recording.ops].reverse()) {
    if (!op.outputs.some(({ id }) => wanted.has(id))) continue;
    for (const id of op.inputs) wanted.add(id);
    ops.push(op);
  }
  const constants = new Map([...recording.constants].filter(([id]) => wanted.has(id)));
  return { ops: ops.reverse(), constants };
}

/**
 * Two recordings of the same step must be the same program. A constant that differs was made in
 * JavaScript for this one step - a random tensor, a counter, a schedule - and would be frozen.
 *
 * @throws {TraceError} naming the operation that uses it
 */
export function assertSameProgram(first: StepProgram, second: StepProgram): void {
  if (first.ops.length !== second.ops.length) {
    throw new TraceError(
      `Two steps in a row differ: ${first.ops.length} and ${second.ops.length} operations`,
    );
  }
  first.ops.forEach((op, index) => {
    const other = second.ops[index] as RecordedOp;
    if (op.op !== other.op || JSON.stringify(op.attributes) !== JSON.stringify(other.attributes)) {
      throw new TraceError(
        `Two steps in a row differ: ${op.op} and ${other.op} at operation ${index + 1}`,
      );
    }
    op.outputs.forEach(({ shape }, output) => {
      if (shape.join() !== other.outputs[output]?.shape.join()) {
        throw new TraceError(`The shape of ${op.op} changes from step to step: [${shape}]`);
      }
    });
    op.inputs.forEach((id, input) => {
      const constant = first.constants.get(id);
      const again = second.constants.get(other.inputs[input] as number);
      if (
        constant !== undefined &&
        again !== undefined &&
        !Buffer.from(constant.bytes).equals(again.bytes)
      ) {
        throw new TraceError(
          `A tensor that ${op.op} uses is made anew in JavaScript for every step, with other values; hand it in as an input`,
        );
      }
    });
  });
}
