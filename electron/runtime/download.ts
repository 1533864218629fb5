import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { AppError } from '../../shared/lib/appError';
import { openFile, piecesOf } from '../files/byteSource';
import { writeError } from '../files/writeFolder';

/** An HTTP response; its body comes in pieces as they arrive. */
export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}
export type Get = (
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<Answer>;

export interface Download {
  readonly get: Get;
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Where a package index keeps a file. Source: PEP 503, the simple repository API.
 * @throws {AppError} download-failed
 */
export async function findOnIndex(
  index: string,
  project: string,
  file: string,
  { get, signal }: Download,
): Promise<string> {
  const page = `${index.replace(/\/$/, '')}/${project}/`;
  const answer = await reach(() => get(page, { accept: 'text/html' }, signal), page, signal);
  if (answer.status !== 200) throw failed(page, `it answered ${answer.status}`);
  let html = '';
  await reach(
    async () => {
      for await (const piece of answer.body) html += Buffer.from(piece).toString('latin1');
    },
    page,
    signal,
  );
  for (const [, href = ''] of html.matchAll(/<a[^>]*\shref="([^"]+)"/g)) {
    const url = new URL(href.replaceAll('&amp;', '&'), page);
    if (decodeURIComponent(url.pathname).endsWith(`/${file}`)) return url.href;
  }
  throw failed(page, `it has no ${file}`);
}

/**
 * Fetches a file, continuing where an earlier attempt ended; it gets its name only if its
 * sha256 is correct.
 * @throws {AppError} download-failed, stopped, disk-full, cannot-write
 */
export async function download(
  url: string,
  sha256: string,
  path: string,
  { get, signal, onProgress }: Download,
): Promise<void> {
  if (existsSync(path)) return;
  const part = `${path}.part`;
  const hash = createHash('sha256');
  let done = hashedSoFar(part, hash);
  const headers: Record<string, string> = done > 0 ? { range: `bytes=${done}-` } : {};
  const answer = await reach(() => get(url, headers, signal), url, signal);
  if (answer.status === 416 || (done > 0 && answer.status !== 206)) {
    // The part is not the beginning of this file, or the server sends the whole file again.
    rmSync(part, { force: true });
    if (answer.status === 200) return afresh(answer);
    return download(url, sha256, path, { get, signal, onProgress });
  }
  if (answer.status !== 200 && answer.status !== 206) {
    throw failed(url, `it answered ${answer.status}`);
  }
  await take(answer, hash);

  async function afresh(whole: Answer): Promise<void> {
    done = 0;
    await take(whole, createHash('sha256'));
  }

  async function take(from: Answer, sum: ReturnType<typeof createHash>): Promise<void> {
    const total = done + Number(from.header('content-length') ?? 0);
    const file = openSync(part, 'a');
    try {
      await reach(
        async () => {
          for await (const piece of from.body) {
            if (signal.aborted) throw stopped();
            sum.update(piece);
            try {
              for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
            } catch (error) {
              throw writeError(error, part);
            }
            done += piece.length;
            onProgress(done, total);
          }
        },
        url,
        signal,
      );
    } finally {
      closeSync(file);
    }
    if (done < total) throw failed(url, `it ended after ${done} of ${total} bytes`);
    const found = sum.digest('hex');
    if (found !== sha256) {
      rmSync(part, { force: true });
      throw failed(url, `its sha256 is ${found}, not ${sha256}`);
    }
    renameSync(part, path);
  }
}

function hashedSoFar(part: string, hash: ReturnType<typeof createHash>): number {
  if (!existsSync(part)) return 0;
  const { source, close } = openFile(part);
  try {
    for (const piece of piecesOf(source)) hash.update(piece);
    return source.size;
  } finally {
    close();
  }
}

async function reach<T>(work: () => Promise<T>, url: string, signal: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (signal.aborted) throw stopped();
    throw failed(url, error instanceof Error ? error.message : String(error), error);
  }
}

function stopped(): AppError {
  return new AppError('stopped', 'The download was stopped.', 'It continues from here next time.');
}

function failed(url: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'download-failed',
    `${url} could not be fetched: ${why}.`,
    'Check the connection and try again; what was fetched so far is kept. Or fetch the file elsewhere and choose it.',
    cause,
  );
}
