import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../shared/runs/safetensors';

const tensors = [
  { name: 'hidden1/kernel', shape: [2, 2], values: Float32Array.of(1, -0, NaN, Infinity) },
  { name: 'größe/bias', shape: [1], values: Float32Array.of(0.1) },
  { name: 'scalar', shape: [], values: Float32Array.of(3) },
];

test('what is written can be read back, odd values and names included', () => {
  expect(decodeSafetensors(encodeSafetensors(tensors))).toEqual(tensors);
});

test('the header is JSON after an 8-byte length, and data starts at a multiple of 8', () => {
  const file = encodeSafetensors(tensors);
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  expect(header['größe/bias']).toEqual({ dtype: 'F32', shape: [1], data_offsets: [16, 20] });
});

test('a damaged file is refused or read, never a crash', () => {
  const whole = encodeSafetensors(tensors);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] as number) ^ flip;
      try {
        decodeSafetensors(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('every truncation is refused', () => {
  const whole = encodeSafetensors(tensors);
  for (let length = 0; length < whole.length; length++) {
    expect(() => decodeSafetensors(whole.subarray(0, length))).toThrow(RangeError);
  }
});
