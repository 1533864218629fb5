import { Control } from '../../electron/trainer/control';
import { machineMemory } from '../../electron/trainer/outOfMemory';
import type { SessionPorts } from '../../electron/trainer/session';

/** For a script that is trained in the process of the test, and told to nobody. */
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
