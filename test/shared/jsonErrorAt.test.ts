import { expect, test } from 'vitest';
import { jsonErrorAt } from '../../shared/lib/jsonErrorAt';
import { uniform } from '../../shared/random/distributions';
import { streamFor } from '../../shared/random/streams';

const document = JSON.stringify(
  {
    name: 'a "quoted" name \\ \u00e9 \u0085',
    numbers: [0, -1, 2.5, 1e-7, -3e9],
    nested: [[], {}, [{ deep: [[null]] }], true, false],
  },
  null,
  2,
);

test.each([
  ['{"a": 1,}', 8],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ["{'a': 1}", 1],
  ['{"a": oops}', 6],
  ['{"a": 01}', 6],
  ['{"a": 1} x', 9],
  ['{"a": [1, {"b": "c', 16],
  ['{"a": 1', 7],
  ['', 0],
])('%s stops being JSON at %i', (text, place) => {
  expect(() => JSON.parse(text) as unknown).toThrow();
  expect(jsonErrorAt(text)).toBe(place);
});

test('what is JSON is read to its end, and where other text stops is found', () => {
  expect(jsonErrorAt(document)).toBe(document.length);
  const stream = streamFor('json', { purpose: 'split' });
  const below = (most: number) => Math.floor(uniform(stream, 0, most));
  const signs = ['', '"', ',', '}', '[', 'x', '0', ':', '\\', '\n'];
  let refused = 0;
  for (let turn = 0; turn < 2_000; turn++) {
    const at = below(document.length);
    const text = `${document.slice(0, at)}${signs[below(signs.length)] ?? ''}${document.slice(at + 1)}`;
    const place = jsonErrorAt(text);
    if (isJson(text)) expect(place).toBe(text.length);
    else {
      refused++;
      // What stands before the place can be gone on with: a mistake is not found too late.
      const before = text.slice(0, place);
      expect(place === text.length || jsonErrorAt(before) === before.length).toBe(true);
      expect(place).toBeLessThanOrEqual(text.length);
    }
  }
  expect(refused).toBeGreaterThan(1_000);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
