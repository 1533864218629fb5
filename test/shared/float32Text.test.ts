import { expect, test } from 'vitest';
import { float32Text } from '../../shared/lib/float32Text';

test.each([
  [0.25220009684562683, '0.2522001'],
  [0.1, '0.1'],
  [1, '1'],
  [-2.5, '-2.5'],
  [1e-30, '1e-30'],
  [16777216, '16777216'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
])('%d is %s, as NumPy prints a float32', (value, text) => {
  expect(float32Text(value)).toBe(text);
});

test('neighbours are never the same text', () => {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  for (let at = 0x3e000000; at < 0x3e000000 + 5_000; at++) {
    bits[0] = at;
    expect(Math.fround(Number(float32Text(value[0] as number)))).toBe(value[0]);
  }
});
