import { withFile } from '../files/byteSource';
import type { StepTrace, TracedValue } from '../../shared/explain/stepTrace';

/** The numbers of a traced value; null if they were not kept. */
export function tracedValues(file: string, { values }: StepTrace, at: number): Float32Array | null {
  const value = values[at];
  if (value === undefined || value.offset === null) return null;
  const { offset, dtype, shape } = value;
  const count = shape.reduce((product, length) => product * length, 1);
  const { buffer } = withFile(file, (source) =>
    source.read(offset, count * arrays[dtype].BYTES_PER_ELEMENT),
  );
  const own = new arrays[dtype](buffer as ArrayBuffer);
  return own instanceof Float32Array ? own : Float32Array.from(own, Number);
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<TracedValue['dtype'], unknown>;
