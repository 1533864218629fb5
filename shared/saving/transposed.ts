import { sizeOf } from '../architecture/shape';

export interface Numbers {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/** The same numbers with their axes in another order, as NumPy's transpose. @param order which axis comes where */
export function transposed({ shape, values }: Numbers, order: readonly number[]): Numbers {
  const steps = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const made = order.map((axis) => shape[axis] as number);
  const own = order.map((axis) => steps[axis] as number);
  const out = new Float32Array(values.length);
  const place = new Array<number>(made.length).fill(0);
  let from = 0;
  for (let at = 0; at < out.length; at++) {
    out[at] = values[from] as number;
    for (let axis = made.length - 1; axis >= 0; axis--) {
      from += own[axis] as number;
      place[axis] = (place[axis] as number) + 1;
      if (place[axis] !== made[axis]) break;
      from -= (own[axis] as number) * (made[axis] as number);
      place[axis] = 0;
    }
  }
  return { shape: made, values: out };
}
