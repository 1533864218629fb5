import type { EngineChoice } from '../../shared/engines/engineCatalog';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { readRun } from '../runs/readRun';
import { nameTensor, secondsToName, UNASKED_SECONDS } from '../training/nameTensor';
import { badArguments, parse } from './arguments';
import { installing } from './terminalPorts';
import { comparisonText } from './comparisonText';
import { engines } from './engines';
import { datasetsFolder } from './paths';

const replayChoices = ['auto', 'always', 'never'] as const;

/** `lab compare RUN_A RUN_B`. @returns the exit status */
export async function compareCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    replay: { type: 'string', default: 'auto' },
  });
  const replay = replayChoices.find((own) => own === values.replay);
  if (replay === undefined) throw badArguments(`--replay is one of ${replayChoices.join(', ')}.`);
  const [a, b, ...rest] = positionals;
  if (a === undefined || b === undefined || rest.length > 0) {
    throw badArguments('compare takes two run folders.');
  }
  const runs = [readRun(a), readRun(b)] as const;
  const compared = compareRuns(...runs);
  const seconds = replay === 'never' ? null : secondsToName(runs, compared);
  const isWorthIt = seconds !== null && (replay === 'always' || seconds <= UNASKED_SECONDS);
  if (seconds !== null) {
    process.stderr.write(
      isWorthIt
        ? `Training both runs again up to step ${compared.recorded?.step} to name the tensor, about ${Math.ceil(seconds)} s.\n`
        : `Naming the first tensor takes about ${Math.ceil(seconds)} s: use --replay always.\n`,
    );
  }
  const ready = (mode: EngineChoice) => engines.ready(mode, { signal, onProgress: installing() });
  const ports = { ready, spawn: engines.spawn, datasetsFolder, signal };
  const comparison = isWorthIt ? await nameTensor([a, b], compared, ports) : compared;
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ...comparison, runFolders: [a, b] })}\n`);
  } else {
    process.stdout.write(comparisonText(comparison));
  }
  return comparison.verdict === 'exact' ? 0 : 1;
}
