import { net, protocol } from 'electron';
import { join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';

import { isWithin } from '../files/isWithin';

/**
 * The page comes from a scheme of its own instead of file:, so that it has an origin and reaches
 * nothing but its own folder.
 */
const SCHEME = 'twintrain';
export const pageUrl = `${SCHEME}://app/index.html`;

export function isOurPage(url: string): boolean {
  return url.startsWith(`${SCHEME}://app/`);
}

/** Must run before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function servePage(folder: string): void {
  const fileOf = (url: string): string | null => {
    const { host, pathname } = new URL(url);
    const file = normalize(join(folder, decodeURIComponent(pathname)));
    return host === 'app' && isWithin(file, folder) ? file : null;
  };
  // protocol.handle came with Electron 25.
  if (typeof protocol.handle === 'function') {
    protocol.handle(SCHEME, (request) => {
      const file = fileOf(request.url);
      return file === null
        ? new Response('Not found', { status: 404 })
        : net.fetch(pathToFileURL(file).toString());
    });
    return;
  }
  protocol.registerFileProtocol(SCHEME, (request, answer) => {
    const file = fileOf(request.url);
    // -6 is Chromium's FILE_NOT_FOUND.
    answer(file === null ? { error: -6 } : { path: file });
  });
}
