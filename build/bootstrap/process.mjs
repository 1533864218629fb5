// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** All set-up progress goes to stderr: stdout belongs to the command that the user asked for. */
/** @param {string} line */
export function say(line) {
  process.stderr.write(`twintrain: ${line}\n`);
}

/**
 * Runs a command to its end with its output on our stderr.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, quiet?: boolean, onOutput?: (text: string) => void }} [options]
 *   quiet holds the output back and returns it; onOutput receives it as it comes
 * @returns {Promise<{ code: number | null, output: string }>} code is null when the command could
 *   not be started or ran past its limit
 */
export function runToEnd(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      output = (output + chunk.toString()).slice(-20_000);
      options.onOutput?.(chunk.toString());
      if (!options.quiet) process.stderr.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const limit = options.timeoutMs ?? 30 * 60_000;
    const timer = setTimeout(() => {
      take(
        Buffer.from(`\n${command} was ended: it ran for more than ${limit / 60_000} minutes.\n`),
      );
      child.kill('SIGKILL');
    }, limit);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, output: `${output}${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** @param {string} command a name on PATH or an absolute path @returns {boolean} */
export function hasCommand(command) {
  const places = isAbsolute(command)
    ? [command]
    : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command));
  return places.some((place) => {
    try {
      accessSync(place, isAbsolute(command) ? constants.R_OK : constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @param {string} command @param {readonly string[]} args @returns {string} stdout, '' on failure */
export function outputOf(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
  return result.status === 0 ? result.stdout : '';
}
