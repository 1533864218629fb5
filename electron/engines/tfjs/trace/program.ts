import type { RecordedOp, Recording } from './recorder';
import { TraceError } from './traceError';
import { DT, type TensorLiteral } from './wire';

/** A value's type; sizes are fixed, since XLA compiles for them. */
export interface ValueType {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** Numbers in a tensor of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** One step as a function: inputs and state in, result and new state out. No JavaScript is left in it. */
export interface StepProgram {
  readonly inputs: readonly (ValueType & { readonly id: number })[];
  readonly state: readonly StateValue[];
  /** float32, a scalar or [width]: what each step returns. */
  readonly result: ValueType & { readonly id: number };
  /** Only what loss and state need, in order. */
  readonly ops: readonly RecordedOp[];
  readonly constants: ReadonlyMap<number, TensorLiteral>;
  /** Constants that take their value from a number of the caller's, such as a learning rate. */
  readonly numbers: readonly NumberUse[];
}

/** What the loop carries from step to step: a variable, or several flattened and concatenated. */
export interface StateValue extends ValueType {
  readonly before: number;
  /** The same id as `before` if the step does not change it. */
  readonly after: number;
  readonly parts: readonly VariablePart[];
}

/** One of the step's variables, by its place among them, and its own shape. */
export interface VariablePart {
  readonly variable: number;
  readonly shape: readonly number[];
}

/** The variables of a program in their order, and whether a step changes them. */
export function variablesOf({
  state,
}: StepProgram): (VariablePart & { readonly dtype: number; readonly isChanged: boolean })[] {
  return state
    .flatMap(({ parts, dtype, before, after }) =>
      parts.map((part) => ({ ...part, dtype, isChanged: before !== after })),
    )
    .sort((a, b) => a.variable - b.variable);
}

/** A scalar of the step that is the `number`-th number handed in, or its negation. */
export interface NumberUse {
  readonly id: number;
  readonly number: number;
  readonly isNegated: boolean;
}

/** The two values that a number had in the two recordings. */
export type Probe = readonly [number, number];

/** The shape of every value of a program, by its id. */
export function shapesOf(program: StepProgram): ReadonlyMap<number, readonly number[]> {
  return new Map<number, readonly number[]>([
    ...program.inputs.map(({ id, shape }) => [id, shape] as const),
    ...program.state.map(({ before, shape }) => [before, shape] as const),
    ...[...program.constants].map(([id, { shape }]) => [id, shape] as const),
    ...program.numbers.map(({ id }) => [id, []] as const),
    ...program.ops.flatMap(({ outputs }) => outputs.map(({ id, shape }) => [id, shape] as const)),
  ]);
}

/** Ids for values that a pass adds: negative, unlike native ids, and below those of earlier passes. */
export function freshIds(program: StepProgram): () => number {
  let last = Math.min(0, ...shapesOf(program).keys());
  return () => --last;
}

/** Whether a value is used exactly once: by an operation, as new state, or as the result. */
export function usedOnce({ ops, state, result }: StepProgram): (id: number) => boolean {
  const uses = [
    ...ops.flatMap(({ inputs }) => inputs),
    ...state.map(({ after }) => after),
    result.id,
  ];
  const counts = new Map<number, number>();
  for (const id of uses) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (id) => counts.get(id) === 1;
}

/** Drops what neither the result nor the state needs, such as unused gradients. */
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
 * Two recordings of the same step must be the same program. A constant that differs is one of the
 * numbers, which had a different value in each; or it was made in JavaScript for this one step - a
 * random tensor, a counter - and would be frozen.
 *
 * @returns the first program, with its numbers found
 * @throws {TraceError} naming the operation that uses such a constant
 */
export function sameProgram(
  first: StepProgram,
  second: StepProgram,
  probes: readonly Probe[],
): StepProgram {
  const numbers = new Map<number, NumberUse>();
  if (first.ops.length !== second.ops.length) {
    throw new TraceError(
      `Two recordings of the step differ: ${first.ops.length} and ${second.ops.length} operations`,
    );
  }
  first.ops.forEach((op, index) => {
    const other = second.ops[index] as RecordedOp;
    if (op.op !== other.op || JSON.stringify(op.attributes) !== JSON.stringify(other.attributes)) {
      throw new TraceError(
        `Two recordings of the step differ: ${op.op} and ${other.op} at operation ${index + 1}`,
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
      if (constant === undefined || again === undefined) return;
      if (Buffer.from(constant.bytes).equals(again.bytes)) return;
      const use = numberUse(constant, again, probes);
      if (use === null) {
        throw new TraceError(
          `A tensor that ${op.op} uses is made again in JavaScript for every step, with other values; hand it in as an input`,
        );
      }
      numbers.set(id, { id, ...use });
    });
  });
  const constants = new Map([...first.constants].filter(([id]) => !numbers.has(id)));
  return { ...first, constants, numbers: [...numbers.values()] };
}

function numberUse(
  first: TensorLiteral,
  second: TensorLiteral,
  probes: readonly Probe[],
): Omit<NumberUse, 'id'> | null {
  if (first.dtype !== DT.float32 || first.shape.length !== 0) return null;
  const [a, b] = [first, second].map(({ bytes }) => new Float32Array(bytes.slice().buffer)[0]);
  for (const isNegated of [false, true]) {
    const number = probes.findIndex(([own, other]) => {
      const sign = isNegated ? -1 : 1;
      return a === Math.fround(sign * own) && b === Math.fround(sign * other);
    });
    if (number >= 0) return { number, isNegated };
  }
  return null;
}
