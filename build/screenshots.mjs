// @ts-check
import { endWith, ensureCompiled } from './bootstrap/ensure.mjs';
import { testParts } from './bootstrap/pins.mjs';
import { ensureSystemPackages } from './bootstrap/systemPackages.mjs';
import { runPlaywright } from './runPlaywright.mjs';

/** `npm run screenshots`: makes README's pictures in docs/ anew, from the real app. */
async function main() {
  await ensureSystemPackages(testParts);
  await ensureCompiled();
  const { code } = await runPlaywright('screenshots.config.ts');
  process.exitCode = code ?? 1;
}

main().catch(endWith);
