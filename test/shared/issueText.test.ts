import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldProblem, problemsOf } from '../../shared/lib/issueText';

const schema = z.strictObject({
  epochs: z.int().min(1).max(100),
  rate: z.number().positive().lt(1),
  name: z.string().min(1).max(3),
  numbers: z.array(z.int().max(6)).min(1).max(2),
  style: z.enum(['sequential', 'subclass']),
  kind: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('csv') })]),
  even: z.int().refine((own) => own % 2 === 0, 'must be even'),
});
const good = {
  epochs: 1,
  rate: 0.5,
  name: 'a',
  numbers: [1],
  style: 'sequential',
  kind: { kind: 'csv' },
  even: 2,
};

test.each<[unknown, string]>([
  [{ epochs: 101 }, 'epochs must be at most 100'],
  [{ epochs: 0 }, 'epochs must be at least 1'],
  [{ epochs: 1.5 }, 'epochs must be a whole number'],
  [{ epochs: 'many' }, 'epochs must be a finite number'],
  [{ epochs: undefined }, 'epochs is missing'],
  [{ rate: 1 }, 'rate must be less than 1'],
  [{ rate: 0 }, 'rate must be more than 0'],
  [{ rate: Infinity }, 'rate must be a finite number'],
  [{ name: '' }, 'name must not be empty'],
  [{ name: 'long' }, 'name must have at most 3 characters'],
  [{ numbers: [1, 9] }, 'numbers[1] must be at most 6'],
  [{ numbers: [1, 2, 3] }, 'numbers must have at most 2 entries'],
  [{ numbers: [] }, 'numbers must not be empty'],
  [{ style: 'other' }, 'style must be one of "sequential", "subclass"'],
  [{ kind: { kind: 'other' } }, 'kind.kind must be "csv"'],
  [{ even: 3 }, 'even must be even'],
  [{ extra: 1 }, 'it has a field that does not belong there: extra'],
])('%j: %s', (change, said) => {
  const { error } = schema.safeParse({ ...good, ...(change as object) });
  expect(error && problemsOf(error)).toBe(said);
});

test('all problems are reported together, that of a single field as a sentence', () => {
  const { error } = schema.safeParse({ ...good, epochs: 0, name: '' });
  expect(error && problemsOf(error)).toBe('epochs must be at least 1; name must not be empty');
  const field = z.number().safeParse('x').error;
  expect(field && fieldProblem(field)).toBe('It must be a finite number.');
  expect(schema.safeParse(good).success).toBe(true);
});
