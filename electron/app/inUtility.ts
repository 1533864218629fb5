import { utilityProcess } from 'electron';
import { AppError, fromWireError } from '../../shared/lib/appError';
import type { WorkerMessage, WorkerTask } from '../worker/main';

/**
 * Runs a task in a process of its own: what reads data uses native code on files from anywhere, and must not
 * take the window with it.
 * @param entry the compiled worker
 * @throws {AppError} what the task throws; stopped where the signal came first
 */
export function inUtility<T>(
  entry: string,
  task: WorkerTask,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'twintrain data' });
    let isSettled = false;
    const settle = (act: () => void) => {
      if (isSettled) return;
      isSettled = true;
      signal.removeEventListener('abort', stop);
      act();
      child.kill();
    };
    const stop = () =>
      settle(() => reject(new AppError('stopped', 'Stopped.', 'Choose the data again.')));
    signal.addEventListener('abort', stop, { once: true });
    child.once('spawn', () => child.postMessage(task));
    child.on('message', (message: WorkerMessage) => {
      if (message.type === 'progress') onProgress(message.done, message.total);
      else if (message.type === 'done') settle(() => resolve(message.value as T));
      else settle(() => reject(fromWireError(message.error)));
    });
    child.once('exit', (code) =>
      settle(() =>
        reject(
          new AppError(
            'bad-data',
            `The process that reads the data ended before its work was done (exit code ${code}).`,
            'Choose the data again; if it happens again, report it with the file.',
          ),
        ),
      ),
    );
    if (signal.aborted) stop();
  });
}
