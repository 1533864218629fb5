import { drawnMap, type Augmentation, type PixelMap } from '../../shared/training/augmentation';
import { streamFor } from '../../shared/random/streams';

/** How the pictures of an epoch change: [rows]. @param epoch from 1 */
export function mapsOf(
  augmentation: Augmentation,
  [height = 0, width = 0]: readonly number[],
  rows: number,
  seed: string,
  epoch: number,
): readonly PixelMap[] {
  const draw = streamFor(seed, { purpose: 'augmentation', epoch });
  return Array.from({ length: rows }, () => drawnMap(augmentation, height, width, draw));
}

/**
 * Pictures as they are changed for an epoch; rows after those with a map stay as they are. Between pixels
 * numbers are interpolated in doubles, beyond the edge pictures are mirrored there (`reflect` of Keras'
 * layers); Python does the same to the bit (augment.py).
 *
 * @param inputs row-major [rows, height, width, channels]
 */
export function augmentedRows(
  inputs: Float32Array,
  [height = 0, width = 0, channels = 0]: readonly number[],
  maps: readonly PixelMap[],
): Float32Array {
  const size = height * width * channels;
  const changed = inputs.slice();
  for (const [row, map] of maps.entries()) {
    if (isNoChange(map)) continue;
    const from = inputs.subarray(row * size, (row + 1) * size);
    resample(from, changed.subarray(row * size, (row + 1) * size), height, width, channels, map);
  }
  return changed;
}

function isNoChange([a, b, c, d, e, f]: PixelMap): boolean {
  return a === 1 && b === 0 && c === 0 && d === 0 && e === 1 && f === 0;
}

function resample(
  from: Float32Array,
  to: Float32Array,
  height: number,
  width: number,
  channels: number,
  [a, b, c, d, e, f]: PixelMap,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const atX = a * x + b * y + c;
      const atY = d * x + e * y + f;
      const left = Math.floor(atX);
      const top = Math.floor(atY);
      const right = atX - left;
      const below = atY - top;
      const x0 = inside(left, width) * channels;
      const x1 = inside(left + 1, width) * channels;
      const y0 = inside(top, height) * width * channels;
      const y1 = inside(top + 1, height) * width * channels;
      const place = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const upper =
          (from[y0 + x0 + channel] as number) * (1 - right) +
          (from[y0 + x1 + channel] as number) * right;
        const lower =
          (from[y1 + x0 + channel] as number) * (1 - right) +
          (from[y1 + x1 + channel] as number) * right;
        to[place + channel] = upper * (1 - below) + lower * below;
      }
    }
  }
}

/** Mirrored at the edges as often as needed: d c b a | a b c d | d c b a. */
function inside(place: number, count: number): number {
  // Most places are inside.
  if (place >= 0 && place < count) return place;
  const round = ((place % (2 * count)) + 2 * count) % (2 * count);
  return round < count ? round : 2 * count - 1 - round;
}
