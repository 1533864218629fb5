import { spawn } from 'node:child_process';
import type { InstallProgress } from '../../../shared/engines/environment';
import { AppError } from '../../../shared/lib/appError';

export interface Making {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: InstallProgress) => void;
}

export interface UvCall {
  readonly tool: string;
  readonly args: readonly string[];
  /** Keeps what was fetched if it is stopped, until the installation is complete. */
  readonly cache: string;
  /** What is installed, for progress. */
  readonly what: string;
  /** What to do if packages cannot be had. */
  readonly remedy: string;
}

/** @throws {AppError} download-failed, disk-full, stopped */
export async function runUv(
  { tool, args, cache, what, remedy }: UvCall,
  { signal, onProgress }: Making,
): Promise<void> {
  if (signal.aborted) throw stopped();
  const env = { ...process.env, UV_CACHE_DIR: cache, UV_NO_PROGRESS: '1' };
  const child = spawn(tool, [...args, '--color', 'never'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const progress = new UvProgress(what, onProgress);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    progress.read(text);
    said = (said + text).slice(-4_000);
  });
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (signal.aborted) throw stopped();
    if (code === 0) return;
    // What comes before its error is about what went well.
    const why = whole(said.replace(/^.*(\berror:|×)\s*/s, '')) || 'uv did not say why.';
    if (/No space left|os error 28/.test(said)) {
      throw new AppError('disk-full', `The disk is full: ${why}`, 'Make room and try again.');
    }
    throw new AppError('download-failed', `Keras could not be installed: ${why}`, remedy);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** In one line, not longer than a message should be. */
function whole(text: string): string {
  return text.trim().replace(/\s+/g, ' ').slice(0, 500);
}

function stopped(): AppError {
  return new AppError(
    'stopped',
    'Installing Keras was stopped.',
    'It continues from here next time.',
  );
}

const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Reads uv's messages: "Downloading numpy (16.1MiB)", "Downloaded numpy", "Prepared 17 packages", "Installed 17 packages". */
class UvProgress {
  readonly #what: string;
  readonly #onProgress: Making['onProgress'];
  readonly #sizes = new Map<string, number>();
  #totalBytes = 0;
  #doneBytes = 0;
  #rest = '';

  constructor(what: string, onProgress: Making['onProgress']) {
    this.#what = what;
    this.#onProgress = onProgress;
  }

  read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line.trim());
  }

  #line(line: string): void {
    const begun = /^Downloading (\S+) \(([\d.]+)([KMG]iB)\)$/.exec(line);
    const done = /^Downloaded (\S+)$/.exec(line);
    if (begun !== null) {
      const [, name = '', size = '0', unit = ''] = begun;
      const bytes = Math.round(Number(size) * (UNITS[unit] ?? 0));
      this.#sizes.set(name, bytes);
      this.#totalBytes += bytes;
    } else if (done !== null) this.#doneBytes += this.#sizes.get(done[1] ?? '') ?? 0;
    else if (line.startsWith('Prepared ')) return this.#tell(`${this.#what}: unpacking`);
    else if (line.startsWith('Installed ')) return this.#tell(`${this.#what}: compiling`);
    else return;
    this.#tell(`${this.#what}: fetching`);
  }

  #tell(what: string): void {
    const { doneBytes, totalBytes } = { doneBytes: this.#doneBytes, totalBytes: this.#totalBytes };
    this.#onProgress({ what, doneBytes, totalBytes });
  }
}
