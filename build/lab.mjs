// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';

async function main() {
  await ensureCompiled();
  // npm changes to the package's folder; paths on the command line are relative to the user's folder.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const lab = spawn(
    process.execPath,
    [join(root, 'dist/electron/lab.cjs'), ...process.argv.slice(2)],
    {
      cwd,
      stdio: 'inherit',
    },
  );
  // Ctrl+C reaches the lab by itself; it decides when to end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => lab.kill('SIGTERM'));
  lab.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
}

main().catch(endWith);
