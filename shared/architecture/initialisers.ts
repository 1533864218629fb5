import { z } from 'zod';
import { normal, truncatedNormal, uniform } from '../random/distributions';
import type { Generator } from '../random/streams';
import { sizeOf } from './shape';

/** The initialisers offered, by their Keras names in TensorFlow.js spelling. */
const offeredInitialisers = [
  'heNormal',
  'heUniform',
  'lecunNormal',
  'lecunUniform',
  'glorotNormal',
  'glorotUniform',
  'randomUniform',
  'orthogonal',
  'zeros',
  'ones',
] as const;
export const initialiserSchema = z.enum(offeredInitialisers);

/** The name in TensorFlow.js, which spells LeCun with a capital C. */
export function tfjsInitialiser(kind: InitialiserKind): string {
  return kind.replace(/^lecun/, 'leCun');
}

/** Includes the one that only a layer kind itself uses. */
export type InitialiserKind = z.infer<typeof initialiserSchema> | 'forgetGateOnes';

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Keras' fans of a weight: for a matrix its two sizes; for a convolution kernel [...window, in, out]
 * in and out times the window's size.
 */
export function fansOf(shape: readonly number[]): Fans {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return {
    fanIn: window * (shape.at(-2) as number),
    fanOut: window * (shape.at(-1) as number),
  };
}

type Fill = (draw: Generator, shape: readonly number[]) => Float32Array;

/** Draws one number after the other. */
function each(value: (draw: Generator, fans: Fans) => number): Fill {
  return (draw, shape) => {
    const fans = fansOf(shape);
    return Float32Array.from({ length: sizeOf(shape) }, () => value(draw, fans));
  };
}

const scaledNormal = (variance: (fans: Fans) => number) =>
  each((draw, fans) => Math.sqrt(variance(fans)) * truncatedNormal(draw));

const scaledUniform = (variance: (fans: Fans) => number) =>
  each((draw, fans) => {
    const limit = Math.sqrt(3 * variance(fans));
    return uniform(draw, -limit, limit);
  });

const he = ({ fanIn }: Fans) => 2 / fanIn;
const lecun = ({ fanIn }: Fans) => 1 / fanIn;
const glorot = ({ fanIn, fanOut }: Fans) => 2 / (fanIn + fanOut);

/**
 * Variance scaling as TensorFlow.js does it: a truncated normal of standard deviation
 * sqrt(scale / fan), not corrected for the truncation (Keras divides by 0.8796). Sources: He et al.
 * 2015 (arXiv 1502.01852), Glorot and Bengio 2010, LeCun et al. 1998, Saxe et al. 2014 (orthogonal).
 */
const fills: Record<InitialiserKind, Fill> = {
  heNormal: scaledNormal(he),
  heUniform: scaledUniform(he),
  lecunNormal: scaledNormal(lecun),
  lecunUniform: scaledUniform(lecun),
  glorotNormal: scaledNormal(glorot),
  glorotUniform: scaledUniform(glorot),
  randomUniform: each((draw) => uniform(draw, -0.05, 0.05)),
  orthogonal,
  zeros: each(() => 0),
  ones: each(() => 1),
  // Four gates side by side; the second is the forget gate.
  forgetGateOnes: (_draw, [length = 0]) =>
    Float32Array.from({ length }, (_, index) => (Math.floor((index * 4) / length) === 1 ? 1 : 0)),
};

/**
 * A matrix [all axes but the last, the last] with orthonormal rows or columns, whichever are fewer:
 * modified Gram-Schmidt on standard normal vectors, each against those before it.
 */
function orthogonal(draw: Generator, shape: readonly number[]): Float32Array {
  const columns = shape.at(-1) ?? 1;
  const rows = sizeOf(shape) / columns;
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => normal(draw));
    // Twice: a single pass leaves rounding errors for nearly parallel vectors.
    for (const other of [...vectors, ...vectors]) {
      const share = dot(vector, other);
      for (let index = 0; index < length; index++) {
        vector[index] = (vector[index] as number) - share * (other[index] as number);
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  const isWide = columns > rows;
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const [which, at] = isWide ? [row, column] : [column, row];
    return vectors[which]?.[at] ?? 0;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

/**
 * Values of one weight tensor, row-major, drawn from one random stream.
 * @returns float32, as many as the shape holds
 */
export function initialValues(
  kind: InitialiserKind,
  shape: readonly number[],
  draw: Generator,
): Float32Array {
  return fills[kind](draw, shape);
}

/** Whether the initialiser draws random numbers at all. */
export function isRandom(kind: InitialiserKind): boolean {
  return kind !== 'zeros' && kind !== 'ones' && kind !== 'forgetGateOnes';
}
