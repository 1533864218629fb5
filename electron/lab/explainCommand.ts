import { resolve } from 'node:path';
import { explanationSentence } from '../../shared/explain/explanation';
import { alignTraced } from '../explain/alignTraced';
import { explainObserved, isObserved } from '../explain/observedStep';
import { explainRuns } from '../explain/explainRuns';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { againPorts } from './terminalPorts';

/** `lab explain RUN_A RUN_B`: the first operation at which they part. @returns the exit status */
export async function explainCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [a, b, ...rest] = positionals;
  if (a === undefined || b === undefined || rest.length > 0) {
    throw badArguments('explain takes two run folders.');
  }
  if (resolve(a) === resolve(b)) {
    throw badArguments('explain takes two runs; these are one folder.');
  }
  const explained =
    isObserved(a) && isObserved(b)
      ? explainObserved([a, b], alignTraced)
      : await explainRuns([a, b], { ...againPorts(signal), align: alignTraced });
  if (explained === null) {
    process.stdout.write(values.json ? 'null\n' : 'Nothing that both recorded differs.\n');
    return 1;
  }
  if (values.json) process.stdout.write(`${JSON.stringify(explained)}\n`);
  else {
    const lines = [
      explanationSentence(explained),
      ...explained.notes.map((note) => `Note: ${note}`),
      ...pathLines(explained.path),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return 0;
}

/** Places that are printed; all of them are in the object. */
const MOST_PLACES = 12;

function pathLines(path: readonly string[]): string[] {
  if (path.length === 0) return [];
  const more = path.length - MOST_PLACES;
  return [
    'From there it went through:',
    ...path.slice(0, MOST_PLACES).map((place) => `  ${place}`),
    ...(more > 0 ? [`  and ${more} more (--json lists them)`] : []),
  ];
}
