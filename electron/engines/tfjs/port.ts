import type { TrainerEvent } from '../../../shared/training/script';

/** The line to the parent, the same under Electron's utilityProcess and Node's child_process. */
export interface ParentPort {
  readonly send: (event: TrainerEvent) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
}

interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

export function parentPort(): ParentPort {
  const electronPort = (process as unknown as { parentPort?: ElectronParentPort }).parentPort;
  if (electronPort) {
    return {
      send: (event) => electronPort.postMessage(event),
      onMessage: (listener) => electronPort.on('message', ({ data }) => listener(data)),
    };
  }
  if (process.send === undefined) {
    process.stderr.write('The trainer is started by Twintrain, not by hand.\n');
    process.exit(2);
  }
  return {
    send: (event) => process.send?.(event),
    onMessage: (listener) => void process.on('message', listener),
  };
}
