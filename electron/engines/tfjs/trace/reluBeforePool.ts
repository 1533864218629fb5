import { shapesOf, usedOnce, type StepProgram } from './program';
import type { RecordedOp } from './recorder';

/**
 * `ReluGrad(MaxPoolGrad(x, y, dy), x)` as `MaxPoolGrad(x, y, ReluGrad(dy, y))`: where x is finite, the
 * same numbers from a mask over the pooled values, a quarter as many for windows of 2 x 2. A
 * window's gradient goes to where its maximum y is, and x is above zero there where y is.
 */
export function withReluBeforePool(program: StepProgram): StepProgram {
  const shapes = shapesOf(program);
  const pools = new Map(
    program.ops.flatMap((op) =>
      op.op === 'MaxPoolGrad' ? [[op.outputs[0]?.id as number, op] as const] : [],
    ),
  );
  const isUsedOnce = usedOnce(program);
  /** The pooling's gradient, by the relu gradient that is its only user. */
  const masked = new Map<RecordedOp, RecordedOp>();
  for (const op of program.ops) {
    const [gradient, x] = op.inputs as [number, number];
    const pool = op.op === 'ReluGrad' ? pools.get(gradient) : undefined;
    if (pool?.inputs[0] === x && isUsedOnce(gradient)) masked.set(op, pool);
  }
  const moved = new Map([...masked].map(([mask, pool]) => [pool, mask]));
  const ops = program.ops.map((op): RecordedOp => {
    const [mask, pool] = [moved.get(op), masked.get(op)];
    if (mask !== undefined) {
      const [, y, dy] = op.inputs as [number, number, number];
      const outputs = op.outputs.map((own) => ({ ...own, shape: shapes.get(y) ?? own.shape }));
      return { ...mask, inputs: [dy, y], outputs };
    }
    if (pool === undefined) return op;
    const [x, y] = pool.inputs as [number, number];
    return { ...pool, inputs: [x, y, op.inputs[0] as number], outputs: op.outputs };
  });
  return { ...program, ops };
}
