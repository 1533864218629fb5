import { rmSync } from 'node:fs';
import { compile } from './compile.mjs';
import { testData } from './testData.mjs';

/** Tests of whole commands run what a user runs: the compiled files. @returns what ends it */
export default async function setup(): Promise<() => void> {
  await compile();
  return () => rmSync(testData, { recursive: true, force: true });
}
