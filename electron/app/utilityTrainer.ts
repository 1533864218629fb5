import { utilityProcess } from 'electron';
import { childEnvironment } from '../engines/tfjs/childEnvironment';
import { KILLED, type SpawnTrainer } from '../training/trainerProcess';

/**
 * Training processes under Electron: utility processes, which work even with every Electron fuse set.
 * @param variables environment variables besides those that TensorFlow reads
 */
export function utilityTrainer(
  entry: string,
  variables: () => Readonly<Record<string, string>>,
): SpawnTrainer {
  return (script, request) => {
    const environment = childEnvironment(script, request);
    const own = variables();
    const flags = [environment['XLA_FLAGS'], own['XLA_FLAGS']].filter(Boolean).join(' ');
    const child = utilityProcess.fork(entry, [], {
      env: { ...(environment as Record<string, string>), ...own, XLA_FLAGS: flags },
      serviceName: 'Twintrain trainer',
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let isGone = false;
    return {
      get pid() {
        return child.pid;
      },
      send: (request) => {
        if (!isGone) child.postMessage(JSON.stringify(request));
      },
      onLine: (listener) => void child.on('message', (line) => listener(String(line))),
      onExit: (listener) =>
        void child.on('exit', (code) => {
          isGone = true;
          listener(howItEnded(code));
        }),
      kill: () => {
        // kill() asks politely; a process inside a long native call would not hear it.
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      },
    };
  };
}

/**
 * Electron reports a signal as the wait status (its number, or 128 plus its number), and SIGKILL
 * sometimes as 0. A trainer never exits with 0 by itself, so 0 too means killed from outside.
 */
function howItEnded(code: number): string {
  const signal = code & 0x7f;
  if (code === 0 || signal === 9) return KILLED;
  if (signal === 11) return 'SIGSEGV';
  if (signal === 6) return 'SIGABRT';
  return `exit code ${code}`;
}
