import { expect, test } from 'vitest';
import { experimentFileSchema } from '../../../shared/runs/experimentFile';

test('an experiment of version 1, which had one engine, opens as it was asked for', () => {
  const file = {
    twintrain: 'experiment',
    version: 1,
    createdAt: '2026-11-20T10:00:00.000Z',
    engine: { asked: 'auto', mode: 'xla' },
    kind: 'article',
    options: { seed: '7', epochs: 3, engine: 'auto', protocols: [2] },
  };
  expect(experimentFileSchema.parse(file)).toMatchObject({
    version: 2,
    engines: [{ asked: 'auto', mode: 'xla' }],
    options: { seed: '7', epochs: 3, engines: ['auto'], protocols: [2] },
  });
});

test('an experiment without an engine is refused', () => {
  const file = {
    twintrain: 'experiment',
    version: 2,
    createdAt: '2026-11-20T10:00:00.000Z',
    engines: [],
    kind: 'article',
    options: {},
  };
  expect(experimentFileSchema.safeParse(file).success).toBe(false);
});
