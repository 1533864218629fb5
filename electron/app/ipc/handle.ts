import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import type { Handlers, Reply, RequestName } from '../../../shared/ipc/contract';
import { requestSchemas } from '../../../shared/ipc/requestSchemas';
import { AppError, toWireError } from '../../../shared/lib/appError';
import { problemsOf } from '../../../shared/lib/issueText';

/**
 * Registers every handler on its channel: it checks the sender, parses the argument, runs, and
 * returns errors as data.
 * @param isOurPage whether a frame's address is the app's own page
 */
export function handleAll(handlers: Handlers, isOurPage: (url: string) => boolean): void {
  for (const name of Object.keys(handlers) as RequestName[]) {
    ipcMain.handle(name, async (event, input: unknown): Promise<Reply<unknown>> => {
      try {
        if (!isFromPage(event, isOurPage)) {
          throw new AppError('refused', 'The request came from outside the app.', 'Nothing to do.');
        }
        const parsed = requestSchemas[name].safeParse(input);
        if (!parsed.success) {
          throw new AppError(
            'bad-arguments',
            `${name}: ${problemsOf(parsed.error)}`,
            'Correct the marked value.',
          );
        }
        const handler = handlers[name] as (input: unknown) => Promise<unknown>;
        return { ok: true, value: await handler(parsed.data) };
      } catch (error) {
        return { ok: false, error: toWireError(error) };
      }
    });
  }
}

/** Whether a message comes from the app's own page, not from a frame in it. */
export function isFromPage(
  { senderFrame }: IpcMainEvent | IpcMainInvokeEvent,
  isOurPage: (url: string) => boolean,
): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOurPage(senderFrame.url);
}
