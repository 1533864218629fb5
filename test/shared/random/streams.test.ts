import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialValues } from '../../../shared/architecture/initialisers';
import { permutation, truncatedNormal } from '../../../shared/random/distributions';
import type { StreamName } from '../../../shared/random/streamLabel';
import { numericSeed, streamFor } from '../../../shared/random/streams';

const kernel: StreamName = { purpose: 'initialiser', layer: 'hidden1', tensor: 'kernel' };

/** These numbers may change only together with the stream format's version. */
test('golden sequences', () => {
  const draw = streamFor('42', kernel);
  expect([draw(), draw(), draw()]).toMatchInlineSnapshot(`
    [
      0.8582269963808358,
      0.1315641247201711,
      0.15010277600958943,
    ]
  `);
  expect(numericSeed('42', kernel)).toMatchInlineSnapshot(`400778625`);
  expect([...permutation(streamFor('42', { purpose: 'shuffle', epoch: 1 }), 12)])
    .toMatchInlineSnapshot(`
    [
      6,
      9,
      0,
      4,
      11,
      3,
      1,
      7,
      10,
      8,
      5,
      2,
    ]
  `);
  expect([...initialValues('heNormal', [2, 2], streamFor('42', kernel))]).toMatchInlineSnapshot(`
    [
      0.5073122978210449,
      -1.4318430423736572,
      -1.0023008584976196,
      -0.4287416934967041,
    ]
  `);
});

const names = fc.oneof(
  fc.record({
    purpose: fc.constant('initialiser' as const),
    layer: fc.string(),
    tensor: fc.string(),
  }),
  fc.record({ purpose: fc.constant('shuffle' as const), epoch: fc.nat() }),
  fc.record({ purpose: fc.constant('dropout' as const), layer: fc.string(), use: fc.nat() }),
);

test('the same seed and name give the same numbers, whatever was drawn in between', () => {
  fc.assert(
    fc.property(fc.string(), names, names, (seed, name, other) => {
      const first = streamFor(seed, name)();
      streamFor(seed, other)();
      expect(streamFor(seed, name)()).toBe(first);
    }),
  );
});

test('another seed or another name gives other numbers', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), names, names, (seedA, seedB, nameA, nameB) => {
      fc.pre(JSON.stringify([seedA, nameA]) !== JSON.stringify([seedB, nameB]));
      expect(streamFor(seedA, nameA)()).not.toBe(streamFor(seedB, nameB)());
    }),
  );
});

test('a numeric seed is a positive 31-bit integer', () => {
  fc.assert(
    fc.property(fc.string(), names, (seed, name) => {
      const value = numericSeed(seed, name);
      expect(Number.isInteger(value) && value >= 1 && value <= 0x7fffffff).toBe(true);
    }),
  );
});

test('a permutation holds every index once', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(300), (seed, count) => {
      const order = permutation(streamFor(seed, { purpose: 'shuffle', epoch: 1 }), count);
      expect([...order].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
    }),
  );
});

test('truncated normals stay within two deviations and have the right spread', () => {
  const draw = streamFor('spread', kernel);
  const values = Array.from({ length: 50_000 }, () => truncatedNormal(draw));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(2);
  expect(mean).toBeCloseTo(0, 1);
  // Of a standard normal cut at two deviations.
  expect(Math.sqrt(variance)).toBeCloseTo(0.8796, 2);
});
