import { truncatedNormal, uniform } from '../random/distributions';
import type { Generator } from '../random/streams';

/** The initialisers offered, by their Keras names in TensorFlow.js spelling. */
export const initialiserKinds = [
  'heNormal',
  'heUniform',
  'glorotNormal',
  'glorotUniform',
  'zeros',
  'ones',
] as const;
export type InitialiserKind = (typeof initialiserKinds)[number];

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Keras' fans of a weight: of a matrix its two sizes; of a convolution kernel [...window, in, out]
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

type Fill = (draw: Generator, fans: Fans) => number;

/**
 * One value each. Variance scaling as TensorFlow.js does it: a truncated normal of standard
 * deviation sqrt(scale / fan), not corrected for the truncation (Keras divides by 0.8796).
 * Sources: He et al. 2015 (arXiv 1502.01852), Glorot and Bengio 2010.
 */
const fills: Record<InitialiserKind, Fill> = {
  heNormal: (draw, { fanIn }) => Math.sqrt(2 / fanIn) * truncatedNormal(draw),
  heUniform: (draw, { fanIn }) => uniform(draw, -Math.sqrt(6 / fanIn), Math.sqrt(6 / fanIn)),
  glorotNormal: (draw, { fanIn, fanOut }) =>
    Math.sqrt(2 / (fanIn + fanOut)) * truncatedNormal(draw),
  glorotUniform: (draw, { fanIn, fanOut }) => {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    return uniform(draw, -limit, limit);
  },
  zeros: () => 0,
  ones: () => 1,
};

/**
 * Values of one weight tensor, row-major, from one stream.
 * @returns float32, as many as the shape holds
 */
export function initialValues(
  kind: InitialiserKind,
  shape: readonly number[],
  draw: Generator,
): Float32Array {
  const fill = fills[kind];
  const fans = fansOf(shape);
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, () => fill(draw, fans));
}

/** Whether the initialiser draws random numbers at all. */
export function isRandom(kind: InitialiserKind): boolean {
  return kind !== 'zeros' && kind !== 'ones';
}
