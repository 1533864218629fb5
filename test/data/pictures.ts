import fc from 'fast-check';
import { expect } from 'vitest';
import { decodeImage } from '../../electron/data/images/decodeImage';

/** The largest difference. */
export function farthest(values: Float32Array, truth: readonly number[]): number {
  expect(values.length).toBe(truth.length);
  return values.reduce((most, own, at) => Math.max(most, Math.abs(own - (truth[at] ?? NaN))), 0);
}

/** A picture with one byte changed, and cut off: it is decoded or refused, and nothing else. */
export function brokenPicture(bytes: Buffer) {
  return fc.asyncProperty(
    fc.nat(bytes.length - 1),
    fc.nat(255),
    fc.nat(bytes.length),
    async (at, byte, length) => {
      const broken = Buffer.from(bytes.subarray(0, length));
      if (at < length) broken[at] = byte;
      try {
        const { width, height, channels, values } = await decodeImage(broken);
        expect(values.length).toBe(width * height * channels);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    },
  );
}
