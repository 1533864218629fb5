import { expect, test } from 'vitest';
import { withJoinedUpdates } from '../../../../electron/engines/tfjs/trace/joinedUpdates';
import type { StateValue, StepProgram } from '../../../../electron/engines/tfjs/trace/program';
import type { RecordedOp } from '../../../../electron/engines/tfjs/trace/recorder';
import { DT, type Attribute } from '../../../../electron/engines/tfjs/trace/wire';

const T: Attribute = { kind: 'type', value: DT.float32 };
const scalar = (value: number) => ({
  dtype: DT.float32,
  shape: [],
  bytes: new Uint8Array(Float32Array.of(value).buffer),
});

/** A variable of momentum: velocity' = rate * velocity + gradient; weight' = weight - velocity'. */
function momentum(first: number, shape: readonly number[], rate: number, gradient: number) {
  const [weight, velocity, slowed, faster, moved] = [0, 1, 2, 3, 4].map((at) => first + at) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const op = (name: string, inputs: number[], id: number): RecordedOp => ({
    op: name,
    attributes: { T },
    inputs,
    outputs: [{ id, dtype: DT.float32, shape }],
  });
  return {
    ops: [
      op('Mul', [rate, velocity], slowed),
      op('Add', [slowed, gradient], faster),
      op('Sub', [weight, faster], moved),
    ],
    state: [
      { before: weight, after: moved, dtype: DT.float32, shape },
      { before: velocity, after: faster, dtype: DT.float32, shape },
    ],
  };
}

const RATE = 1;
const OTHER_RATE = 2;
const LOSS = 3;
const LOSS_OUTPUT = { id: LOSS, dtype: DT.float32, shape: [] };

/** Two matrices and a vector, each with one gradient that is an input, and a loss that uses a matrix. */
function program(change: { rate?: number; shape?: readonly number[] } = {}): StepProgram {
  const shapes = [[2, 3], change.shape ?? [3, 4], [5]];
  const updates = shapes.map((shape, index) =>
    momentum(100 * (index + 1), shape, index === 1 ? (change.rate ?? RATE) : RATE, 10 + index),
  );
  const state = updates.flatMap((own) => own.state);
  return {
    inputs: shapes.map((shape, index) => ({ id: 10 + index, dtype: DT.float32, shape })),
    state: state.map((own, variable) => ({ ...own, parts: [{ variable, shape: own.shape }] })),
    result: LOSS_OUTPUT,
    ops: [
      {
        op: 'Use',
        attributes: {},
        inputs: [100, 200],
        outputs: [LOSS_OUTPUT],
      },
      ...updates.flatMap(({ ops }) => ops),
    ],
    constants: new Map([
      [RATE, scalar(0.9)],
      [OTHER_RATE, scalar(0.5)],
    ]),
    numbers: [],
  };
}

const names = ({ ops }: StepProgram) => ops.map(({ op }) => op);
const variables = (state: readonly StateValue[]) =>
  state.map(({ parts }) => parts.map(({ variable }) => variable));

test('the same update of three variables is done once, on all of them concatenated', () => {
  const joined = withJoinedUpdates(program(), 'graph');
  expect(names(joined)).toEqual([
    // The weights for the operations that use them: a vector needs no reshape.
    ...['SplitV', 'Reshape', 'Reshape', 'Use'],
    ...['Reshape', 'Reshape', 'ConcatV2'],
    ...['Mul', 'Add', 'Sub'],
  ]);
  expect(variables(joined.state)).toEqual([
    [0, 2, 4],
    [1, 3, 5],
  ]);
  expect(joined.state.map(({ shape }) => shape)).toEqual([[23], [23]]);
  const [mul, add, sub] = joined.ops.slice(-3) as [RecordedOp, RecordedOp, RecordedOp];
  const [weights, velocities] = joined.state as [StateValue, StateValue];
  expect(mul.inputs).toEqual([RATE, velocities.before]);
  expect(sub.inputs).toEqual([weights.before, add.outputs[0]?.id]);
  expect([velocities.after, weights.after]).toEqual([add.outputs[0]?.id, sub.outputs[0]?.id]);
  // What the loss uses keeps its ids and shapes.
  const made = joined.ops.flatMap(({ outputs }) => outputs);
  expect(made.filter(({ id }) => id === 100 || id === 200).map(({ shape }) => shape)).toEqual([
    [2, 3],
    [3, 4],
  ]);
});

test('a variable that is large, or has another number in its update, is not joined', () => {
  const others = [
    withJoinedUpdates(program({ rate: OTHER_RATE }), 'graph'),
    withJoinedUpdates(program({ shape: [40, 40] }), 'xla'),
  ];
  for (const { state } of others) expect(variables(state)).toEqual([[2], [3], [0, 4], [1, 5]]);
});

test('an intermediate value that is used elsewhere is left as it is', () => {
  const own = program();
  const [, faster] = own.ops.slice(1) as [RecordedOp, RecordedOp];
  const slowed = own.ops[1]?.outputs[0]?.id as number;
  const looking = { ...faster, op: 'Use', inputs: [slowed], outputs: [LOSS_OUTPUT] };
  const joined = withJoinedUpdates({ ...own, ops: [...own.ops, looking] }, 'graph');
  expect(variables(joined.state)).toEqual([[0], [1], [2, 4], [3, 5]]);
});
