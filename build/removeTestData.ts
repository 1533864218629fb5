import { rmSync } from 'node:fs';
import { testData } from './testData.mjs';

/** After the last window: the data that these tests kept. */
export default function removeTestData(): void {
  rmSync(testData, { recursive: true, force: true });
}
