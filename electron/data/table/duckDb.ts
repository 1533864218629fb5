import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { AppError } from '../../../shared/lib/appError';
import { collectGarbage } from './collectGarbage';

/** As many as a small machine has; each has buffers of its own, and more make reading hardly faster. */
const THREADS = 2;
/** Chunks that may wait for the garbage collector; an item takes 8 bytes, or 16 as text. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
const ITEM_BYTES = 8;

/**
 * A database in memory, for as long as `use` takes. The library is loaded with the first one: most
 * processes read prepared data and need none.
 */
export async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const database = await DuckDBInstance.create(':memory:', {
    threads: String(THREADS),
    // A file is read as it is; nothing is fetched, and no extension loaded.
    enable_external_access: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await database.connect();
    try {
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    database.closeSync();
  }
}

/** Results of a query, some 2,048 rows at a time. @throws {AppError} stopped */
export async function* chunksOf(
  connection: DuckDBConnection,
  sql: string,
  signal: AbortSignal | null,
): AsyncGenerator<DuckDBDataChunk> {
  const stop = () => connection.interrupt();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const result = await connection.stream(sql);
    let waitingBytes = 0;
    for (;;) {
      if (waitingBytes > MOST_WAITING_BYTES) {
        collectGarbage();
        waitingBytes = 0;
      }
      if (signal?.aborted) throw stopped();
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      waitingBytes += chunk.rowCount * chunk.columnCount * ITEM_BYTES;
      yield chunk;
    }
  } catch (error) {
    if (signal?.aborted) throw stopped();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** The rows of a short result. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly (readonly unknown[])[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJson();
}

/** Text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function stopped(): AppError {
  return new AppError('stopped', 'Stopped.', 'Choose the file again.');
}
