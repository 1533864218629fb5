import { overallVerdict, type ReplayedRun } from '../../shared/bundle/replay';
import { replayBundle } from '../bundle/replayBundle';
import { differenceSentence } from '../../shared/runs/divergence/differenceSentence';
import { makeNewFolder } from '../files/writeFolder';
import { badArguments, engineChoice, parse } from './arguments';
import { withBundles } from './openBundle';
import { engines } from './engines';
import { datasetsFolder } from './paths';
import { ProgressLine } from './progressLine';
import { installing } from './terminalPorts';

/** `lab replay B.zip`: trains again here what a bundle records. @returns the exit status */
export async function replayCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    out: { type: 'string', default: 'twintrain-runs' },
    data: { type: 'string' },
    engine: { type: 'string' },
    threads: { type: 'string' },
  });
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw badArguments('replay takes one bundle.');
  const engine = engineChoice(values.engine) ?? null;
  if (engine === 'auto') throw badArguments('--engine: a replay needs one mode, not auto.');
  const threads = values.threads === undefined ? null : Number(values.threads);
  if (threads !== null && !(Number.isInteger(threads) && threads >= 1 && threads <= 1_024)) {
    throw badArguments('--threads: a whole number from 1 to 1024.');
  }
  const progress = new ProgressLine(process.stderr, () => performance.now());
  return withBundles([path], signal, async ([bundle]) => {
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
  });
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
