import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonSchemaOfFiles } from '../../shared/bundle/fileSchemas';
import { findingMeanings } from '../../shared/bundle/finding';

test('the documentation names every finding and what it means', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/bundle.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([a-z0-9]+(?:-[a-z0-9]+)+)`\s+\| (.+?)\s+\|$/gm)].map(
    ([, code, meaning]) => [code, meaning],
  );
  expect(rows).toEqual(Object.entries(findingMeanings));
});

test('the schema in the documentation matches that of the files', () => {
  const published = readFileSync(join(import.meta.dirname, '../../docs/file-schemas.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(jsonSchemaOfFiles());
});
