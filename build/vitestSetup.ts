import { compile } from './compile.mjs';

/** Tests of whole commands run what a user runs: the compiled files. */
export default async function setup(): Promise<void> {
  await compile();
}
