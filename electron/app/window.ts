import { app, BrowserWindow, dialog, Menu, session } from 'electron';
import { isOurPage, pageUrl } from './pageProtocol';

/** The page cannot navigate away, open windows or attach webviews. */
export function fenceContents(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!isOurPage(url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Chromium's own shortcuts and menu would reload the page or open its tools, and lose what is on screen. */
export function removeMenu(): void {
  if (app.isPackaged && process.platform !== 'darwin') Menu.setApplicationMenu(null);
}

export function denyPermissions(): void {
  // The page may put text on the clipboard, after a click; it may not read it.
  const isGranted = (permission: string) => permission === 'clipboard-sanitized-write';
  session.defaultSession.setPermissionRequestHandler((_, permission, answer) =>
    answer(isGranted(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_, permission) => isGranted(permission));
}

/** A page lost again within this time probably crashes on load; it is reloaded only after this pause. */
const RELOAD_PAUSE_MS = 5_000;

/**
 * @param onLost called when the page's process crashed or was killed; the page then reloads
 * @param isTraining whether closing the window would stop a training
 */
export async function openWindow(
  preload: string,
  onLost: (reason: string) => void,
  isTraining: () => boolean,
): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    minWidth: 720,
    minHeight: 520,
    show: false,
    title: 'Twintrain',
    autoHideMenuBar: true,
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false },
  });
  window.webContents.on('will-prevent-unload', (event) => {
    const answer = dialog.showMessageBoxSync(window, {
      type: 'question',
      ...(isTraining()
        ? {
            message: 'A training is in progress. Closing the window stops it.',
            detail:
              'What it recorded is kept, and the next start offers to resume it. Unsaved changes to the network are kept as well.',
          }
        : {
            message: 'The network has unsaved changes.',
            detail: 'They are kept, and will be here at the next start.',
          }),
      buttons: ['Close', 'Go back'],
      defaultId: 1,
      cancelId: 1,
    });
    if (answer === 0) event.preventDefault();
  });
  let lostAt = -Infinity;
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return;
    onLost(reason);
    const wait = performance.now() - lostAt < RELOAD_PAUSE_MS ? RELOAD_PAUSE_MS : 0;
    lostAt = performance.now();
    setTimeout(() => {
      if (!window.isDestroyed()) void window.loadURL(pageUrl);
    }, wait);
  });
  window.once('ready-to-show', () => window.show());
  await window.loadURL(pageUrl);
  return window;
}
