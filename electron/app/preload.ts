import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { DROPPED, eventNames, requestNames, type Transport } from '../../shared/ipc/contract';

/** The only part of the DOM that is needed here; its full types have no place in the main process. */
declare const window: {
  addEventListener: (
    type: 'drop',
    listener: (event: {
      readonly isTrusted: boolean;
      readonly dataTransfer: { readonly files: Iterable<unknown> } | null;
    }) => void,
    options: { readonly capture: boolean },
  ) => void;
};

const pathOf = (file: unknown): string =>
  // Electron before 29 has no webUtils; there files carry their path themselves.
  (webUtils as typeof webUtils | undefined)?.getPathForFile(file as File) ??
  (file as { readonly path?: string }).path ??
  '';

// The page may open only files that were really dropped, so drops are reported from here, where no
// script of the page can fake one.
window.addEventListener(
  'drop',
  (event) => {
    if (!event.isTrusted) return;
    for (const file of event.dataTransfer?.files ?? []) ipcRenderer.send(DROPPED, pathOf(file));
  },
  { capture: true },
);

/** Only names in the contract pass; the page never gets a channel of its own choosing. */
const transport: Transport = {
  request: (name, input) =>
    Object.hasOwn(requestNames, name)
      ? ipcRenderer.invoke(name, input)
      : Promise.reject(new Error(`No request "${name}"`)),
  pathOf,
  subscribe: (name, listener) => {
    if (!Object.hasOwn(eventNames, name)) throw new Error(`No event "${name}"`);
    const onEvent = (_: unknown, payload: unknown) => listener(payload);
    ipcRenderer.on(name, onEvent);
    return () => void ipcRenderer.off(name, onEvent);
  },
};

contextBridge.exposeInMainWorld('twintrain', transport);
