import { resolve } from 'node:path';
import { startText } from '../../shared/runs/start';
import { refuseOverwriting } from '../files/refuseOverwriting';
import { readProject, writeProject } from '../files/projectFile';
import { inTempFolder } from '../files/inTempFolder';
import { startSource, type StartWhich } from '../start/startSource';
import { writeStart } from '../start/writeStart';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { weightStage } from './weightStage';
import { aligned } from './table';
import { againPorts } from './terminalPorts';

/** `lab start FROM --into PROJECT`: weights for a project to start from. @returns the exit status */
export async function startCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    into: { type: 'string' },
    which: { type: 'string' },
    step: { type: 'string' },
    optimiser: { type: 'boolean', default: false },
    random: { type: 'boolean', default: false },
    layer: { type: 'string', multiple: true },
    run: { type: 'string' },
    replace: { type: 'boolean', default: false },
  });
  const [from, ...rest] = positionals;
  if (from === undefined || rest.length > 0) throw badArguments('start takes one run or file.');
  const { into } = values;
  if (into === undefined) throw badArguments('Name the project: --into PROJECT.twintrain.');
  const which = whichOf(values.which, values.step);
  const project = readProject(into);
  const path = resolve(into).replace(/\.[^./]*$/, '') + '.weights.safetensors';
  const isOwn = project.initialWeights === path;
  refuseOverwriting(path, [from], values.replace || isOwn);
  return inTempFolder('start', async (place) => {
    const source = await startSource(from, which, values.run ?? null, place, againPorts(signal));
    const { optimiser, random } = values;
    const choice = { which, matched: matchedOf(values.layer ?? []), optimiser, random };
    const { start, matches, unused } = writeStart(project, source, choice, path);
    writeProject(into, { ...project, initialWeights: path });
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ file: path, start, matches, unused })}\n`);
      return 0;
    }
    const lines = matches.map(({ layer, from: its }) => [layer, its ?? '(drawn)']);
    const more = unused.length === 0 ? '' : `Not used: ${unused.join(', ')}\n`;
    process.stdout.write(
      `${aligned([['layer', 'weights of'], ...lines]).join('\n')}\n${more}${startText(start)}\n${path}\n`,
    );
    return 0;
  });
}

function whichOf(named: string | undefined, step: string | undefined): StartWhich | null {
  if (step !== undefined) {
    if (named !== undefined) throw badArguments('Give --which or --step, not both.');
    if (!/^[1-9]\d*$/.test(step)) throw badArguments('--step is a whole number from 1 on.');
    return { step: Number(step) };
  }
  return named === undefined ? null : weightStage(named, '--which');
}

function matchedOf(pairs: readonly string[]): ReadonlyMap<string, string | null> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw badArguments(`--layer is OWN=THEIRS, not "${pair}".`);
      const theirs = pair.slice(at + 1);
      return [pair.slice(0, at), theirs === '' ? null : theirs] as const;
    }),
  );
}
