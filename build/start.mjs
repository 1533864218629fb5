// @ts-check
import { spawn } from 'node:child_process';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';
import { SetupError } from './bootstrap/setupError.mjs';
import { electronArguments } from './electronArguments.mjs';

async function main() {
  const { electron } = await ensureCompiled();
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new SetupError(
      'All is installed, but there is no display to open a window on.',
      'start from a desktop session, or on an invisible one with: xvfb-run -a npm start',
    );
  }
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const app = spawn(electron, [...electronArguments(), root, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  });
  app.on('error', (error) =>
    endWith(
      new SetupError(
        `Electron could not start: ${error.message}`,
        'run "npm run bootstrap".',
        error,
      ),
    ),
  );
  app.on('exit', (code) => process.exit(code ?? 1));
}

main().catch(endWith);
