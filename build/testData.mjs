// @ts-check
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where this run of the tests keeps prepared data. */
export const testData = join(tmpdir(), `twintrain-test-data-${process.pid}`);
