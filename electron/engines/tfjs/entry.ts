import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError, toWireError } from '../../../shared/lib/appError';
import type { Script } from '../../../shared/training/script';
import { trainerRequestSchema, WIRE_VERSION } from '../../../shared/training/wire';
import { Control } from './control';
import { restoreDroppedHelpers } from './nodeCompatibility';
import { machineMemory as memory } from './outOfMemory';
import { parentPort } from './port';

/** A training process: one script in, events out, then it ends. */
// Without the host there is nobody to train for.
const port = parentPort(() => process.exit(0));
// Ctrl+C in a terminal reaches the whole group; the host decides what it means for a run.
process.on('SIGINT', () => {});
const control = new Control();
const clock = () => performance.now();

port.onLine((line) => {
  const request = trainerRequestSchema.safeParse(parsed(line));
  if (!request.success) {
    port.send({ type: 'script-failed', error: toWireError(request.error) });
  } else if (request.data.type === 'stop') {
    control.stop(request.data.atStep);
  } else if (request.data.type === 'pause') {
    control.pause(request.data.atStep);
  } else if (request.data.type === 'continue') {
    control.resume();
  } else if (request.data.type === 'choose-mode') {
    void answer(request.data.script, async ({ chooseScriptMode }, script) => {
      port.send({ type: 'mode-chosen', mode: await chooseScriptMode(script, { clock, memory }) });
    });
  } else if (request.data.type === 'find-batch') {
    void answer(request.data.script, async ({ findBatch }, script) => {
      port.send({ type: 'batch-found', batchSize: await findBatch(script, { clock, memory }) });
    });
  } else if (request.data.type === 'predict' || request.data.type === 'predict-all') {
    const which = request.data.type === 'predict' ? 'held-out' : 'all';
    void answer(request.data.script, ({ predictRows }, script) =>
      predictRows(script, which, { clock }),
    );
  } else {
    const how = request.data.type;
    void answer(request.data.script, ({ runScript }, script) =>
      runScript(script, how, {
        emit: port.send,
        control,
        breathe: () => setImmediate(),
        clock,
        memory,
        ordersThread: join(__dirname, 'orders.cjs'),
      }),
    );
  }
});
port.send({ type: 'ready', wire: WIRE_VERSION });
// A process may be started before its script is known; what keeps it from loading is told with the script.
loadEngine().catch(() => {});

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

type Session = Awaited<ReturnType<typeof loadEngine>>;

async function answer(
  script: Script,
  work: (session: Session, script: Script) => Promise<void>,
): Promise<void> {
  try {
    await work(await loadEngine(), script);
    port.send({ type: 'script-ended' });
  } catch (error) {
    port.send({ type: 'script-failed', error: toWireError(error) });
  }
  // Exiting would lose messages still being sent; the parent ends us once it has the last one.
}

async function loadEngine() {
  restoreDroppedHelpers();
  try {
    return await import('./session');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'runtime-missing',
      `TensorFlow's native library could not be loaded: ${reason.split('\n')[0]}`,
      'Run "npm run bootstrap" in the Twintrain folder; it fetches and checks the native runtime.',
      error,
    );
  }
}
