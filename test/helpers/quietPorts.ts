import { Control } from '../../electron/engines/tfjs/control';
import { machineMemory } from '../../electron/engines/tfjs/outOfMemory';
import type { SessionPorts } from '../../electron/engines/tfjs/session';

/** For a script that trains in the test's own process and reports to nobody. */
export function quietPorts(): SessionPorts {
  return {
    emit: () => {},
    control: new Control(),
    breathe: async () => {},
    clock: () => performance.now(),
    memory: machineMemory,
    ordersThread: null,
  };
}
