import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packed, packedScales, unpacked } from '../../electron/data/cache/packedInputs';

const bits = (values: Float32Array) => [...new Int32Array(values.buffer.slice(0))];

test('bytes and pictures come back bit for bit', () => {
  for (const scale of packedScales) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
        const values = Float32Array.from(bytes, (byte) => byte / scale);
        const small = packed(values);
        expect(small).not.toBeNull();
        if (small !== null) expect(bits(unpacked(small.bytes, small.scale))).toEqual(bits(values));
      }),
    );
  }
});

test('what has one other number anywhere is left as it is', () => {
  const others = [-0, NaN, Infinity, -1, 256, 0.5, 1 / 254, 1e-40, 3e9, -1 / 255];
  for (const scale of packedScales) {
    const values = Float32Array.from({ length: 10_000 }, (_, at) => (at % 256) / scale);
    for (const other of others) {
      const own = values.slice();
      own[9_999] = other;
      expect([other, packed(own)]).toEqual([other, null]);
    }
  }
});
