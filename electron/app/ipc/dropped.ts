import { ipcMain } from 'electron';
import { DROPPED } from '../../../shared/ipc/contract';
import { isFromPage } from './handle';

/**
 * Remembers what the user dropped on the window, as the preload script reports it.
 * @param isOurPage whether a frame's address is the app's own page
 * @returns whether a path was dropped
 */
export function rememberDropped(isOurPage: (url: string) => boolean): (path: string) => boolean {
  const paths = new Set<string>();
  ipcMain.on(DROPPED, (event, path: unknown) => {
    if (typeof path === 'string' && path !== '' && isFromPage(event, isOurPage)) paths.add(path);
  });
  return (path) => paths.has(path);
}
