import { withFile } from '../files/byteSource';
import type { StepTrace } from '../../shared/explain/stepTrace';

/** The numbers of a traced value; null if they were not kept. */
export function tracedValues(file: string, { values }: StepTrace, at: number): Float32Array | null {
  const value = values[at];
  if (value === undefined || value.offset === null) return null;
  const { offset, dtype, shape } = value;
  const count = shape.reduce((product, length) => product * length, 1);
  const bytes = withFile(file, (source) =>
    source.read(offset, count * (dtype === 'bool' ? 1 : Float32Array.BYTES_PER_ELEMENT)),
  );
  switch (dtype) {
    case 'float32':
      return new Float32Array(bytes.buffer);
    case 'int32':
      return Float32Array.from(new Int32Array(bytes.buffer));
    case 'bool':
      return Float32Array.from(bytes);
  }
}
