// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';

/** `npm run bench -- trainer [--json] [--quick]`: times engines on nets, interleaved, in one run. */
async function main() {
  const [what, ...options] = process.argv.slice(2);
  if (what !== 'trainer') {
    process.stderr.write('usage: npm run bench -- trainer [--json] [--quick]\n');
    process.exit(2);
  }
  await ensureCompiled();
  const bench = spawn(
    process.execPath,
    [join(root, 'dist/electron/benchTrainer.cjs'), ...options],
    { stdio: 'inherit' },
  );
  bench.on('exit', (code) => process.exit(code ?? 1));
}

main().catch(endWith);
