import { statSync } from 'node:fs';
import { overallVerdict, type ReplayedRun } from '../../shared/bundle/replay';
import type { UnpackedBundle } from '../bundle/diffBundles';
import { replayBundle } from '../bundle/replayBundle';
import { differenceSentence } from '../../shared/runs/divergence/differenceSentence';
import { makeNewFolder } from '../files/writeFolder';
import { engineChoice, parse } from './arguments';
import { badArguments } from './badArguments';
import { withBundles, withPackedRuns } from './openBundle';
import { engines } from './engines';
import { datasetsFolder } from './paths';
import { ProgressLine } from './progressLine';
import { installing } from './terminalPorts';

/** `lab replay B.zip` or `RUN...`: trains again here what a bundle or some runs record. @returns the exit status */
export async function replayCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    out: { type: 'string', default: 'twintrain-runs' },
    data: { type: 'string' },
    engine: { type: 'string' },
    threads: { type: 'string' },
  });
  const [path] = positionals;
  const areRuns = positionals.some(isFolder);
  if (path === undefined || (positionals.length > 1 && !positionals.every(isFolder))) {
    throw badArguments('replay takes one bundle, or folders of runs.');
  }
  const asked = engineChoice(values.engine) ?? null;
  if (asked === 'auto') throw badArguments('--engine: a replay needs one mode, not auto.');
  // Narrowed here, since it is used in a function.
  const engine = asked;
  const threads = values.threads === undefined ? null : Number(values.threads);
  if (threads !== null && !(Number.isInteger(threads) && threads >= 1 && threads <= 1_024)) {
    throw badArguments('--threads: a whole number from 1 to 1024.');
  }
  const progress = new ProgressLine(process.stderr, () => performance.now());
  if (!areRuns) return replay(path);
  return withPackedRuns(positionals, signal, replay);

  function replay(file: string): Promise<number> {
    return withBundles([file], signal, trainAgain);
  }

  async function trainAgain([bundle]: readonly UnpackedBundle[]): Promise<number> {
    if (bundle === undefined) return 1;
    const { index, folder } = bundle;
    const runs = await replayBundle(index, folder, {
      spawn: engines.spawn,
      ready: (mode) => engines.ready(mode, { signal, onProgress: installing() }),
      datasetsFolder,
      folder: makeNewFolder(values.out, 'replay'),
      dataPath: values.data ?? null,
      engine,
      threads,
      now: () => new Date(),
      signal,
      emit: (event) => {
        if (event.type === 'planned') {
          progress.plan(event.runs.reduce((sum, { steps }) => sum + steps, 0));
        } else if (event.type === 'losses') progress.add(event.losses.length, event.run);
        else if (event.type === 'replayed') {
          progress.end();
          const { result } = event;
          process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : replayedText(result));
        }
      },
    });
    progress.end();
    if (signal.aborted) return 130;
    const verdict = overallVerdict(runs);
    process.stdout.write(values.json ? `${JSON.stringify({ verdict })}\n` : `Replay: ${verdict}\n`);
    return verdict === 'exact' || verdict === 'within_tolerance' ? 0 : 1;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function replayedText(replayed: ReplayedRun): string {
  const { run, verdict, reason, firstDifference, deviation, environment, folder } = replayed;
  const why = reason ?? (firstDifference === null ? null : differenceSentence(firstDifference));
  const far =
    deviation === null
      ? null
      : `Largest difference of a loss ${deviation.loss}, of a weight ${deviation.weight}.`;
  return [`${run}: ${verdict}`, why, far, ...environment, folder]
    .filter((line) => line !== null)
    .map((line, place) => (place === 0 ? `${line}\n` : `  ${line}\n`))
    .join('');
}
