// @ts-check
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';
import { runToEnd } from './bootstrap/process.mjs';

/**
 * `npm run explain-campaign -- N [--engine keras-jax]`: plants N causes of a difference in networks of all layer kinds, and
 * trains N / 4 pairs of equal runs. One line for each, and whether `lab explain` named it rightly.
 */
async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { engine: { type: 'string', default: 'tfjs' } },
  });
  const [count = '200'] = positionals;
  await ensureCompiled();
  const { code } = await runToEnd(
    join(root, 'node_modules/.bin/vitest'),
    ['run', '--config', 'build/vitest.config.ts', 'test/full/explainCampaign.test.ts'],
    {
      cwd: root,
      env: {
        ...process.env,
        TWINTRAIN_TESTS: 'full',
        TWINTRAIN_CASES: count,
        TWINTRAIN_CASES_ENGINE: values.engine,
      },
    },
  );
  process.exitCode = code ?? 1;
}

main().catch(endWith);
