import { shapesOf, type StateValue, type StepProgram } from './program';
import type { RecordedOp } from './recorder';
import { DT } from './wire';

/** How an optimiser computes a variable's new value: elementwise, so that shape does not matter. */
export interface Update {
  /** In the order of the recording. */
  readonly ops: readonly RecordedOp[];
  /** The variable and its moments, all of one shape. */
  readonly state: readonly StateValue[];
  /** Ids of other inputs of that shape: the gradient. */
  readonly tensors: readonly number[];
  /** Equal for updates that do the same operations with the same scalars. */
  readonly form: string;
}

const ELEMENTWISE = new Set([
  'Add',
  'AddV2',
  'Sub',
  'Mul',
  'RealDiv',
  'Neg',
  'Square',
  'Sqrt',
  'Maximum',
  'Minimum',
]);

/**
 * The updates of some of a program's variables; none for a variable whose new value is computed in
 * another way, or whose intermediate values are used elsewhere.
 */
export function updatesOf(program: StepProgram, variables: readonly StateValue[]): Update[] {
  const shapes = shapesOf(program);
  const places = new Map(program.ops.map((op, place) => [op, place]));
  const madeBy = new Map(
    program.ops.flatMap((op) => op.outputs.map(({ id }) => [id, op] as const)),
  );
  const stateAt = new Map(program.state.map((own) => [own.before, own]));
  const users = new Map<number, unknown[]>();
  const use = (id: number, user: unknown) => users.set(id, [...(users.get(id) ?? []), user]);
  for (const op of program.ops) for (const id of op.inputs) use(id, op);
  for (const own of program.state) use(own.after, own);
  use(program.result.id, program.result);

  const updateOf = (variable: StateValue): Update | null => {
    const shape = variable.shape.join();
    const isWhole = (id: number) => shapes.get(id)?.join() === shape;
    const isScalar = (id: number) => shapes.get(id)?.length === 0;
    const seen = new Map<number, number>();
    const ops = new Set<RecordedOp>();
    const state: StateValue[] = [];
    const tensors: number[] = [];
    const formOf = (id: number): string => {
      if (isScalar(id)) return `scalar ${numberOf(program, id)}`;
      const known = seen.get(id);
      if (known !== undefined) return `#${known}`;
      const [op, own] = [madeBy.get(id), stateAt.get(id)];
      let form = 'tensor';
      if (own !== undefined) {
        state.push(own);
        form = 'state';
      } else if (
        op !== undefined &&
        ELEMENTWISE.has(op.op) &&
        op.inputs.every((input) => isWhole(input) || isScalar(input))
      ) {
        ops.add(op);
        form = `${op.op}(${op.inputs.map(formOf).join()})`;
      } else tensors.push(id);
      seen.set(id, seen.size);
      return form;
    };
    const form = formOf(variable.after);
    const inside = new Set<unknown>([...ops, ...state]);
    const made = [...ops].flatMap(({ outputs }) => outputs.map(({ id }) => id));
    const isApart =
      isWhole(variable.after) &&
      state.every(({ after, parts }) => made.includes(after) && parts.length === 1) &&
      made.every((id) => (users.get(id) ?? []).every((user) => inside.has(user)));
    if (!isApart) return null;
    return {
      ops: [...ops].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)),
      state,
      tensors,
      form: `${form} -> ${state.map(({ after }) => seen.get(after)).join()}`,
    };
  };
  return variables
    .filter(({ before, after, dtype }) => before !== after && dtype === DT.float32)
    .flatMap((variable) => updateOf(variable) ?? []);
}

/** Identifies a scalar: a constant by its bytes, one of the caller's numbers by its place. */
function numberOf({ constants, numbers }: StepProgram, id: number): string {
  const constant = constants.get(id);
  if (constant !== undefined) return `${constant.dtype}:${constant.bytes.join('.')}`;
  const use = numbers.find((own) => own.id === id);
  if (use !== undefined) return `number ${use.number} ${use.isNegated}`;
  return `value ${id}`;
}
