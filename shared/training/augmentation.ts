import { z } from 'zod';
import type { Generator } from '../random/streams';

/**
 * How pictures are changed at random before every epoch. Each row draws five numbers from the epoch's own
 * stream, whatever is switched on and in whatever regime, so that neither style nor engine changes them.
 */
export const augmentationSchema = z.strictObject({
  /** Mirrored with probability one half, as keras.layers.RandomFlip. */
  flip: z.enum(['none', 'horizontal', 'vertical', 'both']).default('none'),
  /** Moved by up to this share of width and height, as keras.layers.RandomTranslation. */
  shift: z.number().min(0).max(1).default(0),
  /** Turned by up to so many degrees either way, as keras.layers.RandomRotation. */
  rotate: z.number().min(0).max(180).default(0),
});
export type Augmentation = z.infer<typeof augmentationSchema>;

/**
 * Where a pixel of the changed picture comes from: column x, row y is at column `a x + b y + c`, row
 * `d x + e y + f` of the picture as it was; [a, b, c, d, e, f].
 */
export type PixelMap = readonly [number, number, number, number, number, number];

/** One picture's change. It is mirrored first, then turned around its centre, then moved. */
export function drawnMap(
  { flip, shift, rotate }: Augmentation,
  height: number,
  width: number,
  draw: Generator,
): PixelMap {
  const [left, up, along, down, turned] = [draw(), draw(), draw(), draw(), draw()] as const;
  const isMirrored = left < 0.5 && (flip === 'horizontal' || flip === 'both');
  const isUpsideDown = up < 0.5 && (flip === 'vertical' || flip === 'both');
  const [dx, dy] = [shift * width * (2 * along - 1), shift * height * (2 * down - 1)];
  const angle = ((rotate * Math.PI) / 180) * (2 * turned - 1);
  const [cos, sin] = rotate === 0 ? [1, 0] : [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  // From the last change back to the first.
  const c = cos * (-dx - middleX) - sin * (-dy - middleY) + middleX;
  const f = sin * (-dx - middleX) + cos * (-dy - middleY) + middleY;
  const x = isMirrored ? ([-cos, sin, width - 1 - c] as const) : ([cos, -sin, c] as const);
  const y = isUpsideDown ? ([-sin, -cos, height - 1 - f] as const) : ([sin, cos, f] as const);
  return [...x, ...y];
}

/** As people are told: `mirrored, moved by up to 10 %, turned by up to 15°`. */
export function augmentationText({ flip, shift, rotate }: Augmentation): string {
  const flips = {
    none: [],
    horizontal: ['mirrored left to right'],
    vertical: ['mirrored upside down'],
    both: ['mirrored both ways'],
  } as const;
  return [
    ...flips[flip],
    ...(shift === 0 ? [] : [`moved by up to ${Number((100 * shift).toPrecision(3))} %`]),
    ...(rotate === 0 ? [] : [`turned by up to ${rotate}°`]),
  ].join(', ');
}
