import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashed } from '../../electron/data/dataset';
import { repeatedRows } from '../../electron/data/repeatedRows';

test('rows that are there more than once are counted as a set of their texts counts them', () => {
  const shape = fc.record({
    features: fc.constantFrom(1, 3, 64, 65, 784),
    // Few kinds of rows, so that some are there more than once; two differ in one number only.
    kinds: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 }),
    heldOut: fc.nat({ max: 20 }),
    place: fc.nat(),
  });
  fc.assert(
    fc.property(shape, ({ features, kinds, heldOut, place }) => {
      const rows = kinds.length;
      const inputs = new Float32Array(rows * features);
      const labels = Int32Array.from(kinds, (kind) => kind % 2);
      for (const [row, kind] of kinds.entries()) {
        inputs[row * features + (place % features)] = kind >> 1;
      }
      const aside = Math.min(heldOut, rows - 1);
      const data = { rows, features, inputs, labels, numbers: null, classes: ['a', 'b'] };
      const told = repeatedRows(
        hashed({ ...data, heldOut: aside === 0 ? null : { rows: aside, by: 'file' } }),
      );
      const own = new Set(kinds.slice(0, rows - aside));
      const across = aside === 0 ? 0 : kinds.slice(rows - aside).filter((kind) => own.has(kind));
      expect(told).toEqual({
        rows: rows - new Set(kinds).size,
        across: across === 0 ? 0 : across.length,
      });
    }),
  );
});
