// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endWith, ensureReady, root } from './bootstrap/ensure.mjs';

/** `npm run bench -- trainer [--json] [--quick]`: times engines on nets, interleaved, in one run. */
async function main() {
  const [what, ...options] = process.argv.slice(2);
  if (what !== 'trainer') {
    process.stderr.write('usage: npm run bench -- trainer [--json] [--quick]\n');
    process.exit(2);
  }
  await ensureReady();
  const { compile } = await import('./compile.mjs');
  await compile();
  const bench = spawn(
    process.execPath,
    [join(root, 'dist/electron/benchTrainer.cjs'), ...options],
    {
      stdio: 'inherit',
      // As a training process starts: one thread for all engines alike.
      env: {
        ...process.env,
        TF_NUM_INTRAOP_THREADS: '1',
        TF_NUM_INTEROP_THREADS: '1',
        TF_ENABLE_ONEDNN_OPTS: '0',
        TF_CPP_MIN_LOG_LEVEL: '3',
      },
    },
  );
  bench.on('exit', (code) => process.exit(code ?? 1));
}

main().catch(endWith);
