/** Pixels as stored, row by row: `channels` numbers each, from 0 to 1. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  readonly values: Float32Array;
  /** EXIF orientation of a JPEG; the pixels are as stored. */
  readonly orientation?: number;
}

export const MOST_PIXELS = 16 * 1024 * 1024;

/** Checked before decoding: a few bytes can claim gigabytes of pixels. @throws {Error} */
export function refuseHuge(width: number, height: number): void {
  if (width * height > MOST_PIXELS) {
    throw new Error(`it has ${width} by ${height} pixels; up to 16 million are read`);
  }
}

/** Each number as its share of the largest one. A loop: `from` with a function takes 20 times as long. */
export function shares(numbers: ArrayLike<number>, most: number): Float32Array {
  const values = new Float32Array(numbers.length);
  for (let at = 0; at < values.length; at++) values[at] = (numbers[at] as number) / most;
  return values;
}

/**
 * RGB pixels from four bytes each, the alpha dropped as Keras drops it.
 * @param isReversed whether these are alpha, blue, green, red instead of red, green, blue, alpha
 */
export function rgbOf(
  bytes: ArrayLike<number>,
  width: number,
  height: number,
  isReversed = false,
): Picture {
  const values = new Float32Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const place = isReversed ? 3 - channel : channel;
      values[3 * pixel + channel] = (bytes[4 * pixel + place] as number) / 255;
    }
  }
  return { width, height, channels: 3, values };
}
