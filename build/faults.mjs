// @ts-check
import { parseArgs } from 'node:util';
import { endWith, ensureCompiled } from './bootstrap/ensure.mjs';
import { faultParts, testParts } from './bootstrap/pins.mjs';
import { ensureSystemPackages } from './bootstrap/systemPackages.mjs';
import { runPlaywright } from './runPlaywright.mjs';

/**
 * `npm run faults`: kills, full and read-only disks and a clock that jumps, done to the real app. One
 * JSON line of figures for each fault; the exit status says whether anything was lost.
 */
async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  await ensureSystemPackages([...testParts, ...faultParts]);
  await ensureCompiled();
  const { code } = await runPlaywright(
    'faults.config.ts',
    values.only === undefined ? [] : ['-g', values.only],
    {
      env: { ...process.env, FAULTS_ROUNDS: values.rounds, FAULTS_SEED: values.seed },
      timeoutMs: 2 * 60 * 60_000,
    },
  );
  process.exitCode = code ?? 1;
}

main().catch(endWith);
