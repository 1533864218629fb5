import { buildApi } from '../shared/ipc/buildApi';
import type { EventName, Events, Transport } from '../shared/ipc/contract';

declare global {
  interface Window {
    readonly twintrain: Transport;
  }
}

/** The only user of what the preload script exposes. */
export const api = buildApi(window.twintrain);

export function subscribe<K extends EventName>(
  name: K,
  listener: (payload: Events[K]) => void,
): () => void {
  return window.twintrain.subscribe(name, (payload) => listener(payload as Events[K]));
}

/** Path of a dropped file; empty for anything that is not a file on this machine. */
export function pathOf(file: File & { readonly path?: string }): string {
  return file.path ?? window.twintrain.pathOf(file);
}
