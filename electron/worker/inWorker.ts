import { Worker } from 'node:worker_threads';
import { fromWireError } from '../../shared/lib/appError';
import type { WorkerMessage, WorkerTask } from './main';

/**
 * Runs a task in a thread of its own.
 * @param entry the compiled worker
 * @returns what the task returns
 * @throws {AppError} what the task throws; stopped where the signal came first
 */
export function inWorker<T>(
  entry: string,
  task: WorkerTask,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const worker = new Worker(entry, { workerData: task });
    const stop = () => worker.postMessage('stop');
    signal.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'progress') onProgress(message.done, message.total);
      else if (message.type === 'done') resolve(message.value as T);
      else reject(fromWireError(message.error));
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      signal.removeEventListener('abort', stop);
      // Settled already, unless the thread died without a message.
      reject(new Error('The worker thread ended before its work was done.'));
    });
  });
}
