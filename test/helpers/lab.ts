import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProtocolResult } from '../../shared/protocols/protocolResult';

export const distFolder = fileURLToPath(new URL('../../dist', import.meta.url));

export interface LabRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ends a command that hangs. No test is about time: this is far beyond what a busy machine needs. */
const LIMIT_MS = 10 * 60_000;

/** Runs the compiled lab as a user's shell would. */
export function lab(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly entry?: string;
  } = {},
): Promise<LabRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [options.entry ?? `${distFolder}/electron/lab.cjs`, ...args],
      {
        cwd: options.cwd,
        env: options.env ?? process.env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: LIMIT_MS,
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === null) resolve({ code, stdout, stderr });
      else reject(new Error(`lab ${args.join(' ')} was ended by ${signal}: ${stderr}`));
    });
  });
}

/** `lab article --json`, its lines parsed. */
export async function article(
  args: readonly string[],
): Promise<LabRun & { results: ProtocolResult[] }> {
  const run = await lab(['article', '--json', ...args]);
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  return { ...run, results: lines.map((line) => JSON.parse(line) as ProtocolResult) };
}
