import { resolve } from 'node:path';
import { noiseOf, noiseSentence } from '../../shared/compare/repeats';
import { readManifest, readRunQuickly } from '../runs/readRun';
import { makeNewFolder } from '../files/writeFolder';
import { trainRepeats } from '../training/trainRepeats';
import { badArguments, parse } from './arguments';
import { engines } from './engines';
import { datasetsFolder } from './paths';
import { installing } from './terminalPorts';

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
  await engines.ready(readManifest(folder).engine.mode, { signal, onProgress: installing() });
  const repeats = await trainRepeats(resolve(folder), seeds, makeNewFolder(values.out, 'noise'), {
    spawn: engines.spawn,
    datasetsFolder,
    signal,
    onPhase: (phase) => void process.stderr.write(`${phase}.\n`),
  });
  const { losses } = readRunQuickly(folder);
  const read = repeats.map((own) => ({ ...own, losses: readRunQuickly(own.folder).losses }));
  const { floor, noisy } = noiseOf(losses, losses, read);
  const last = floor?.at(-1) ?? null;
  if (values.json) {
    const lines = [...repeats, { noisy, floorAtLastStep: last, steps: losses.length }];
    process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  } else {
    const lines = repeats.map(({ kind, folder: own }) => `${kind}: ${own}`);
    const said =
      noisy.length > 0
        ? noiseSentence({ repeats: repeats.length, floor, shareWithin: 1, noisy })
        : 'With the same seed it is the same, bit for bit.';
    const apart = last === null ? '' : ` At the last step repeats are up to ${last} from it.`;
    process.stdout.write(`${[...lines, said + apart].join('\n')}\n`);
  }
  return noisy.length === 0 ? 0 : 1;
}
