import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { tempFolder } from '../helpers/tempFolder';

test('without a length, a row is as long as the longest text to train on', async () => {
  const path = join(tempFolder(), 't.csv');
  writeFileSync(path, 'text,kind\na b c,x\nd,y\n,x\n');
  const table = await recogniseTable(path, { format: {}, target: 'kind' });
  const reading = readingOf(table);
  const columns = reading.columns.map((own) =>
    own.name === 'text' ? { ...own, role: 'tokens' as const } : own,
  );
  const data = await loadDataset(sourceOf(path, { ...reading, columns }), '', {
    cacheFolder: tempFolder(),
  });
  // Equally frequent words come from the last to the first.
  expect([...data.inputs]).toEqual([5, 4, 3, 2, 0, 0, 0, 0, 0]);
});
