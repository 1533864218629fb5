import { expect, test } from 'vitest';
import type { StepProgram } from '../../../../electron/engines/tfjs/trace/program';
import type { RecordedOp } from '../../../../electron/engines/tfjs/trace/recorder';
import { withTransposedFactors } from '../../../../electron/engines/tfjs/trace/transposedFactors';
import { DT } from '../../../../electron/engines/tfjs/trace/wire';

function product(op: string, attribute: string, isTransposed: boolean): StepProgram {
  const factor = (id: number, shape: readonly number[]) => ({ id, dtype: DT.float32, shape });
  const own: RecordedOp = {
    op,
    attributes: { [attribute]: { kind: 'bool', value: isTransposed } },
    inputs: [1, 2],
    outputs: [factor(3, [2, 5, 7])],
  };
  return {
    inputs: [factor(1, [2, 4, 5]), factor(2, [2, 4, 7])],
    state: [],
    result: factor(3, [2, 5, 7]),
    ops: [own],
    constants: new Map(),
    numbers: [],
  };
}

test('a transposed first factor is transposed by a separate operation', () => {
  const { ops, constants } = withTransposedFactors(product('BatchMatMulV2', 'adj_x', true));
  expect(ops.map(({ op }) => op)).toEqual(['Transpose', 'XlaOptimizationBarrier', 'BatchMatMulV2']);
  const [turn, keep, multiply] = ops as [RecordedOp, RecordedOp, RecordedOp];
  expect(turn.outputs[0]?.shape).toEqual([2, 5, 4]);
  const order = constants.get(turn.inputs[1] as number);
  expect([...new Int32Array(order?.bytes.slice().buffer as ArrayBuffer)]).toEqual([0, 2, 1]);
  expect(keep.inputs).toEqual([turn.outputs[0]?.id]);
  expect(multiply.inputs).toEqual([keep.outputs[0]?.id, 2]);
  expect(multiply.attributes).toEqual({ adj_x: { kind: 'bool', value: false } });
  expect(multiply.outputs[0]?.id).toBe(3);
});

test.each([
  ['BatchMatMulV2', 'adj_x', false],
  ['BatchMatMulV2', 'adj_y', true],
  ['Conv2D', 'adj_x', true],
])('%s with %s %s stays as it is', (op, attribute, isTransposed) => {
  const program = product(op, attribute, isTransposed);
  expect(withTransposedFactors(program)).toEqual(program);
});
