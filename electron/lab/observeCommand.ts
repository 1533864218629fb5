import { observeStep } from '../explain/observedStep';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { againPorts } from './terminalPorts';

/** `lab observe RUN --step N`: keeps every operation of a step. @returns the exit status */
export async function observeCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    step: { type: 'string' },
    out: { type: 'string', short: 'o', default: 'twintrain-runs' },
  });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw badArguments('observe takes one run folder.');
  const step = Number(values.step);
  if (!(Number.isInteger(step) && step > 0)) throw badArguments('--step: a whole number from 1.');
  const observed = await observeStep(folder, step, values.out, againPorts(signal));
  process.stdout.write(
    values.json ? `${JSON.stringify({ folder: observed, step })}\n` : `${observed}\n`,
  );
  return 0;
}
