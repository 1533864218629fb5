import { expect, test } from 'vitest';
import type { StepProgram } from '../../../../electron/engines/tfjs/trace/program';
import type { RecordedOp } from '../../../../electron/engines/tfjs/trace/recorder';
import { withoutCopies } from '../../../../electron/engines/tfjs/trace/withoutCopies';
import { DT, int32, type Attribute } from '../../../../electron/engines/tfjs/trace/wire';

const value = (id: number, shape: readonly number[]) => ({ id, dtype: DT.float32, shape });
const type = (dtype: number): Attribute => ({ kind: 'type', value: dtype });
const int32s = (...values: number[]) => ({
  dtype: DT.int32,
  shape: [values.length],
  bytes: int32(...values),
});

/** state 1 [2, 3] -> `op` -> 3 -> Neg -> 4, the new state and the result. */
function program(op: RecordedOp, shape: readonly number[]): StepProgram {
  const negation: RecordedOp = {
    op: 'Neg',
    attributes: { T: type(DT.float32) },
    inputs: [3],
    outputs: [value(4, shape)],
  };
  return {
    inputs: [],
    state: [
      {
        before: 1,
        after: 4,
        dtype: DT.float32,
        shape: [2, 3],
        parts: [{ variable: 0, shape: [2, 3] }],
      },
    ],
    result: value(3, shape),
    ops: [op, negation],
    constants: new Map([[2, int32s(...shape)]]),
    numbers: [],
  };
}

const reshape = (shape: readonly number[]): RecordedOp => ({
  op: 'Reshape',
  attributes: { T: type(DT.float32), Tshape: type(DT.int32) },
  inputs: [1, 2],
  outputs: [value(3, shape)],
});

const cast = (to: number): RecordedOp => ({
  op: 'Cast',
  attributes: { SrcT: type(DT.float32), DstT: type(to) },
  inputs: [1],
  outputs: [value(3, [2, 3])],
});

test.each([
  ['a reshape to the same shape', reshape([2, 3])],
  ['a cast to the same type', cast(DT.float32)],
])('%s is removed, and its input takes its place', (_, op) => {
  const { ops, state, result, constants } = withoutCopies(program(op, [2, 3]));
  expect(ops.map((own) => [own.op, own.inputs])).toEqual([['Neg', [1]]]);
  expect(state[0]?.after).toBe(4);
  expect(result.id).toBe(1);
  expect(constants.size).toBe(0);
});

test.each([
  ['a reshape to another shape', program(reshape([3, 2]), [3, 2])],
  ['a cast to another type', program(cast(DT.int32), [2, 3])],
])('%s stays', (_, own) => {
  expect(withoutCopies(own).ops).toEqual(own.ops);
});

test('constants that are the result or the new state alone are kept', () => {
  const own = program(reshape([2, 3]), [2, 3]);
  const constants = new Map([...own.constants, [7, int32s(7)], [8, int32s(8)], [9, int32s(9)]]);
  const { constants: kept } = withoutCopies({
    ...own,
    constants,
    state: own.state.map((each) => ({ ...each, after: 7 })),
    result: { ...own.result, id: 8 },
  });
  expect([...kept.keys()]).toEqual([7, 8]);
});
