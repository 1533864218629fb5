import { resolve } from 'node:path';
import { jsonLoss } from '../../shared/protocols/protocolResult';
import { noiseOf } from '../../shared/compare/repeats';
import { readRunQuickly } from '../runs/readRun';
import { makeNewFolder } from '../files/writeFolder';
import { trainRepeats } from '../training/trainRepeats';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { againPorts } from './terminalPorts';

const MOST_SEEDS = 100;

/** `lab noise RUN`: trains repeats of a run. @returns the exit status */
export async function noiseCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '5' },
    out: { type: 'string', default: 'twintrain-runs' },
  });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw badArguments('noise takes one run folder.');
  const seeds = Number(values.seeds);
  if (!(Number.isInteger(seeds) && seeds >= 0 && seeds <= MOST_SEEDS)) {
    throw badArguments(`--seeds: a whole number from 0 to ${MOST_SEEDS}.`);
  }
  const place = makeNewFolder(values.out, 'noise');
  const repeats = await trainRepeats(resolve(folder), seeds, place, againPorts(signal));
  const { losses } = readRunQuickly(folder);
  const read = repeats.map((own) => ({ ...own, losses: readRunQuickly(own.folder).losses }));
  const { noisy, floor } = noiseOf(losses, losses, read);
  const highest = floor === null ? null : highestOf(floor);
  /** At the last step at which the run's loss is finite. */
  const step = [...losses].map(Number.isFinite).lastIndexOf(true) + 1;
  const apart = read.map(({ losses: own }) =>
    step === 0 ? NaN : Math.abs((own[step - 1] ?? NaN) - (losses[step - 1] ?? NaN)),
  );
  if (values.json) {
    const lines = repeats.map((own, at) => ({ ...own, step, apart: jsonLoss(apart[at]) }));
    process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    process.stdout.write(`${JSON.stringify({ noisy, steps: losses.length, floor: highest })}\n`);
  } else {
    const lines = repeats.map(
      ({ kind, folder: own }, at) => `${kind}: ${apart[at]} from it at step ${step}, ${own}`,
    );
    const said =
      noisy.length === 0
        ? 'With the same seed it is the same, bit for bit.'
        : 'This environment is noisy: with the same seed it is not the same.';
    const most =
      highest === null
        ? []
        : [
            `Noise floor: up to ${highest.largest}, at step ${highest.step}; ${highest.last} at the end.`,
          ];
    process.stdout.write(`${[...lines, ...most, said].join('\n')}\n`);
  }
  return noisy.length === 0 ? 0 : 1;
}

/** Of the largest distances by step: the largest of all that are finite, and the last. */
function highestOf(floor: Float32Array) {
  const finite = floor.map((own) => (Number.isFinite(own) ? own : -1));
  const largest = finite.reduce((most, own) => Math.max(most, own), -1);
  return largest < 0
    ? null
    : { largest, step: finite.indexOf(largest) + 1, last: jsonLoss(floor.at(-1)) };
}
