import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { eventNames, requestNames, type Transport } from '../shared/ipc/contract';

/** Only names of the contract pass; the page never gets a channel of its own choosing. */
const transport: Transport = {
  request: (name, input) =>
    Object.hasOwn(requestNames, name)
      ? ipcRenderer.invoke(name, input)
      : Promise.reject(new Error(`No request "${name}"`)),
  // Electron before 29 has no webUtils; there files carry their path themselves.
  pathOf: (file) => (webUtils as typeof webUtils | undefined)?.getPathForFile(file as File) ?? '',
  subscribe: (name, listener) => {
    if (!Object.hasOwn(eventNames, name)) throw new Error(`No event "${name}"`);
    const onEvent = (_: unknown, payload: unknown) => listener(payload);
    ipcRenderer.on(name, onEvent);
    return () => void ipcRenderer.off(name, onEvent);
  },
};

contextBridge.exposeInMainWorld('twintrain', transport);
