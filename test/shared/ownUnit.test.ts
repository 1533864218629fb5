import { expect, test } from 'vitest';
import { inOwnUnit } from '../../shared/training/ownUnit';

const training = { loss: 'meanSquaredError' } as const;
const scale = [{ name: 'price', mean: 100, deviation: 4 }];

test('errors of scaled numbers are told in the unit of the numbers', () => {
  // Predicted 110 and 98 for 104 and 106: errors of 6 and -8.
  const [a, b] = [(110 - 104) / 4, (98 - 106) / 4] as const;
  const own = (name: string, value: number) => inOwnUnit(name, value, training, scale);
  expect(own('meanAbsoluteError', (Math.abs(a) + Math.abs(b)) / 2)).toBe(7);
  expect(own('loss', (a * a + b * b) / 2)).toBe(50);
  expect(own('rootMeanSquaredError', Math.sqrt((a * a + b * b) / 2))).toBeCloseTo(
    Math.sqrt(50),
    12,
  );
});

test('what has no unit, or several, stays as it is', () => {
  expect(inOwnUnit('r2', 0.5, training, scale)).toBeNull();
  expect(inOwnUnit('loss', 1, { loss: 'huber' }, scale)).toBeNull();
  expect(inOwnUnit('loss', 1, training, null)).toBeNull();
  const two = [...scale, { name: 'weight', mean: 0, deviation: 2 }];
  expect(inOwnUnit('loss', 1, training, two)).toBeNull();
  expect(inOwnUnit('loss', 1, training, [...scale, ...scale])).toBe(16);
});
