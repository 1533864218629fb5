import { createInterface } from 'node:readline';
import type { WireEvent } from '../../../shared/training/wire';

/** The line to the host: JSON lines, in messages of Electron's utilityProcess or on stdin and stdout. */
export interface ParentPort {
  readonly send: (event: WireEvent) => void;
  readonly onLine: (listener: (line: string) => void) => void;
}

interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** @param onGone called when the host is gone */
export function parentPort(onGone: () => void): ParentPort {
  const electronPort = (process as unknown as { parentPort?: ElectronParentPort }).parentPort;
  if (electronPort) {
    return {
      send: (event) => electronPort.postMessage(JSON.stringify(event)),
      onLine: (listener) => electronPort.on('message', ({ data }) => listener(String(data))),
    };
  }
  return {
    send: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
    onLine: (listener) => {
      createInterface({ input: process.stdin }).on('line', listener).on('close', onGone);
    },
  };
}
