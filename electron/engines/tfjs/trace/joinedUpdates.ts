import type { CompiledMode } from './loopGraph';
import { reshapeOp, type } from './nodes';
import { freshIds, pruned, shapesOf, sizeOf, type StateValue, type StepProgram } from './program';
import type { RecordedOp } from './recorder';
import { updatesOf, type Update } from './update';
import { DT, int32, int32Vector } from './wire';

/**
 * Larger variables stay apart: joining their gradients and splitting the weights again
 * costs more than it saves. As measured; an operation costs the interpreter more than XLA.
 */
const LARGEST: Readonly<Record<CompiledMode, number>> = { graph: 16_384, xla: 1_024 };

/**
 * Joins the updates of small variables. An optimiser does the same dozen operations on every
 * variable, each on a few numbers; here they are done once, on all of them flattened and
 * concatenated. Every number is computed as before. Moments stay joined from step to step; weights are
 * split again for the layers.
 */
export function withJoinedUpdates(program: StepProgram, mode: CompiledMode): StepProgram {
  const small = program.state.filter(
    ({ shape }) => shape.length > 0 && sizeOf(shape) <= LARGEST[mode],
  );
  // A moment's own update is part of its variable's, so longer updates come first.
  const updates = updatesOf(program, small).sort((a, b) => b.ops.length - a.ops.length);
  const taken = new Set<RecordedOp>();
  const groups = new Map<string, Update[]>();
  for (const update of updates) {
    if (update.ops.some((op) => taken.has(op))) continue;
    for (const op of update.ops) taken.add(op);
    groups.set(update.form, [...(groups.get(update.form) ?? []), update]);
  }
  return [...groups.values()].filter(({ length }) => length > 1).reduce(join, program);
}

function join(program: StepProgram, group: readonly Update[]): StepProgram {
  const fresh = freshIds(program);
  const shapes = shapesOf(program);
  const constants = new Map(program.constants);
  const [first] = group as [Update, ...Update[]];
  const length = group.reduce((sum, { state }) => sum + sizeOf(state[0]?.shape ?? []), 0);
  const numbers = (...values: number[]) => {
    const id = fresh();
    constants.set(id, int32Vector(...values));
    return id;
  };
  const axis = fresh();
  constants.set(axis, { dtype: DT.int32, shape: [], bytes: int32(0) });
  const reshape = (from: number, to: number, shape: readonly number[]) =>
    reshapeOp(from, to, shape, numbers(...shape));

  /** Value of the first update -> joined value of all updates. */
  const all = new Map<number, number>();
  const before: RecordedOp[] = [];
  const after: RecordedOp[] = [];
  const state = first.state.map((own, role): StateValue => {
    const members = group.map((update) => update.state[role] as StateValue);
    const id = fresh();
    all.set(own.before, id);
    before.push(...separate(id, members));
    return {
      dtype: own.dtype,
      shape: [length],
      before: id,
      after: own.after,
      parts: members.flatMap(({ parts }) => parts),
    };
  });

  /** Splits a joined value into its members' values, for operations that use them elsewhere. */
  function separate(id: number, members: readonly StateValue[]): RecordedOp[] {
    const pieces = members.map((member) => ({
      id: member.shape.length === 1 ? member.before : fresh(),
      dtype: DT.float32,
      shape: [sizeOf(member.shape)],
    }));
    const split: RecordedOp = {
      op: 'SplitV',
      attributes: {
        num_split: { kind: 'int', value: members.length },
        T: type(DT.float32),
        Tlen: type(DT.int32),
      },
      inputs: [id, numbers(...members.map(({ shape }) => sizeOf(shape))), axis],
      outputs: pieces,
    };
    const shaped = members.flatMap((member, index) =>
      member.shape.length === 1
        ? []
        : [reshape(pieces[index]?.id as number, member.before, member.shape)],
    );
    return [split, ...shaped];
  }

  first.tensors.forEach((tensor, role) => {
    const flat = group.map((update) => {
      const id = update.tensors[role] as number;
      const shape = shapes.get(id) as readonly number[];
      if (shape.length === 1) return id;
      const own = reshape(id, fresh(), [sizeOf(shape)]);
      after.push(own);
      return own.outputs[0]?.id as number;
    });
    const joined = { id: fresh(), dtype: DT.float32, shape: [length] };
    all.set(tensor, joined.id);
    after.push({
      op: 'ConcatV2',
      attributes: {
        N: { kind: 'int', value: flat.length },
        T: type(DT.float32),
        Tidx: type(DT.int32),
      },
      inputs: [...flat, axis],
      outputs: [joined],
    });
  });
  const of = (id: number) => all.get(id) ?? id;
  for (const op of first.ops) {
    const outputs = op.outputs.map(({ id, dtype }) => {
      const own = { id: fresh(), dtype, shape: [length] };
      all.set(id, own.id);
      return own;
    });
    after.push({ ...op, inputs: op.inputs.map(of), outputs });
  }
  const gone = new Set(group.flatMap(({ ops }) => ops));
  const merged = new Set(group.flatMap((update) => update.state));
  const ops = [...before, ...program.ops.filter((op) => !gone.has(op)), ...after];
  const states = [
    ...program.state.filter((own) => !merged.has(own)),
    ...state.map((own) => ({ ...own, after: of(own.after) })),
  ];
  const needed = [...states.map((own) => own.after), program.result.id];
  return { ...program, state: states, ...pruned({ ops, constants }, needed) };
}
