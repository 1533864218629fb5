import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { AppError } from '../../../shared/lib/appError';
import { collectGarbage } from './collectGarbage';

/** As many as a small machine has; each has buffers of its own, and more make reading hardly faster. */
const THREADS = 2;
/** Of memory that is freed; otherwise DuckDB keeps up to half a gigabyte of it for later. */
const GIVEN_BACK = '1MB';
/**
 * Chunks that may wait for the garbage collector: so many bytes, or a part of all that came, since a large table
 * has a large array beside it. An item takes 8 bytes, or 16 as text.
 */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const WAITING_PART = 1 / 8;
const ITEM_BYTES = 8;

/**
 * A database in memory, for as long as `use` takes. The library is loaded with the first one: most
 * processes read prepared data and need none.
 */
export async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await library();
  const database = await DuckDBInstance.create(':memory:', {
    threads: String(THREADS),
    // A file is read as it is; nothing is fetched, and no extension loaded.
    enable_external_access: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // What was read is given back at once: the array of the rows is made beside it.
    allocator_flush_threshold: GIVEN_BACK,
    allocator_bulk_deallocation_flush_threshold: GIVEN_BACK,
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

async function library() {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new AppError(
      'runtime-missing',
      `DuckDB's native library could not be loaded: ${reason}`,
      'Run "npm run bootstrap", or install Twintrain again.',
      error,
    );
  }
}

/** Some rows of a result. */
export interface Rows {
  readonly chunk: DuckDBDataChunk;
  /** Of the chunk's, how many are the result's. */
  readonly count: number;
}

/**
 * Results of a query, some 2,048 rows at a time. A query that fails after its first rows ends like one that is
 * complete, so that a last row of our own tells the two apart.
 *
 * @param list expressions to select
 * @param rest of the query, from FROM on
 * @throws {AppError} stopped; anything else is what DuckDB says
 */
export async function* chunksOf(
  connection: DuckDBConnection,
  list: readonly string[],
  rest: string,
  signal: AbortSignal | null,
): AsyncGenerator<Rows> {
  const query = `SELECT ${list.map((own, at) => `${own} AS v${at}`).join()} ${rest}`;
  const nothing = list.map(() => 'NULL').join();
  const sql = `SELECT *, false FROM (${query}) UNION ALL SELECT ${nothing}, true`;
  const stop = () => connection.interrupt();
  signal?.addEventListener('abort', stop, { once: true });
  // Asked for before the one at hand is used, so that DuckDB works meanwhile.
  let next: Promise<DuckDBDataChunk | null> | null = null;
  try {
    const result = await connection.stream(sql);
    let waitingBytes = 0;
    let cameBytes = 0;
    for (;;) {
      if (waitingBytes > Math.max(MOST_WAITING_BYTES, cameBytes * WAITING_PART)) {
        collectGarbage();
        waitingBytes = 0;
      }
      if (signal?.aborted) throw stopped();
      const chunk: DuckDBDataChunk | null = await (next ?? result.fetchChunk());
      next = null;
      if (chunk === null || chunk.rowCount === 0) break;
      const bytes = chunk.rowCount * chunk.columnCount * ITEM_BYTES;
      waitingBytes += bytes;
      cameBytes += bytes;
      const isLast = chunk.getColumnVector(list.length).getItem(chunk.rowCount - 1) === true;
      const count = isLast ? chunk.rowCount - 1 : chunk.rowCount;
      if (!isLast) {
        next = result.fetchChunk();
        // It is awaited in its turn, or at the end.
        next.catch(() => {});
      }
      if (count > 0) yield { chunk, count };
      if (isLast) return;
    }
    await failAs(connection, query);
  } catch (error) {
    if (signal?.aborted) throw stopped();
    throw error;
  } finally {
    // A connection is not closed under it.
    await next?.catch(() => null);
    signal?.removeEventListener('abort', stop);
  }
}

/** Runs a query that failed once more, in a way that says why. @throws */
async function failAs(connection: DuckDBConnection, query: string): Promise<never> {
  await connection.run(`SELECT count(COLUMNS(*)) FROM (${query})`);
  throw new Error('It could not be read to its end');
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
