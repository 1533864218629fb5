import { resolve } from 'node:path';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { withCopyNote } from '../../shared/runs/divergence/copyNote';
import { readRun } from '../runs/readRun';
import { nameTensor, secondsToName, UNASKED_SECONDS } from '../training/nameTensor';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { againPorts } from './terminalPorts';
import { compareGroupsCommand } from './compareGroupsCommand';
import { compareFlips } from './compareFlips';
import { compareRepaired } from './compareRepaired';
import { compareSettings } from './compareSettings';
import { compareWeights } from './compareWeights';
import { comparisonText } from './comparisonText';
import { noiseSentence } from '../../shared/compare/repeats';
import { noiseInKept, writeCurves, writePicture } from './curveFiles';

const replayChoices = ['auto', 'always', 'never'] as const;

const AGAINST = '--against';

/** `lab compare RUN_A RUN_B`. @returns the exit status */
export async function compareCommand(
  given: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const at = given.indexOf(AGAINST);
  const args = at < 0 ? given : given.slice(0, at);
  if (at >= 0) {
    const json = { json: { type: 'boolean', default: false } } as const;
    const [own, its] = [parse(args, json), parse(given.slice(at + 1), json)];
    const isJson = own.values.json || its.values.json;
    return compareGroupsCommand(own.positionals, its.positionals, isJson);
  }
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    replay: { type: 'string', default: 'auto' },
    settings: { type: 'boolean', default: false },
    ignore: { type: 'string' },
    csv: { type: 'string' },
    svg: { type: 'string' },
    noise: { type: 'boolean', default: false },
    weights: { type: 'boolean', default: false },
    flips: { type: 'boolean', default: false },
    repair: { type: 'boolean', default: false },
    out: { type: 'string', default: 'twintrain-runs' },
  });
  const alone = (['settings', 'weights', 'flips', 'repair'] as const).filter((own) => values[own]);
  const files = [values.csv, values.svg].some((own) => own !== undefined) || values.noise;
  if (alone.length > 1 || (alone.length === 1 && files)) {
    throw badArguments(`--${alone[0]} is printed by itself: leave out the other options.`);
  }
  if (values.settings) return compareSettings(positionals, values);
  if (values.ignore !== undefined) throw badArguments('--ignore goes with --settings.');
  const replay = replayChoices.find((own) => own === values.replay);
  if (replay === undefined) throw badArguments(`--replay is one of ${replayChoices.join(', ')}.`);
  const [a, b, ...rest] = positionals;
  if (a === undefined || b === undefined || rest.length > 0) {
    throw badArguments('compare takes two run folders.');
  }
  if (resolve(a) === resolve(b))
    throw badArguments('compare takes two runs; these are one folder.');
  if (values.flips) return compareFlips([a, b], values.json, signal);
  if (values.repair) return compareRepaired([a, b], values.out, values.json, signal);
  if (values.weights) return compareWeights([a, b], values.json, signal);
  const runs = [readRun(a), readRun(b)] as const;
  const compared = withCopyNote(compareRuns(...runs), ...runs);
  const seconds = replay === 'never' ? null : secondsToName(runs, compared);
  const isWorthIt = seconds !== null && (replay === 'always' || seconds <= UNASKED_SECONDS);
  if (seconds !== null) {
    process.stderr.write(
      isWorthIt
        ? `Training both runs again up to step ${compared.recorded?.step} to name the tensor, about ${Math.ceil(seconds)} s.\n`
        : `Naming the first tensor takes about ${Math.ceil(seconds)} s: use --replay always.\n`,
    );
  }
  const comparison = isWorthIt ? await nameTensor([a, b], compared, againPorts(signal)) : compared;
  if (values.csv !== undefined) writeCurves(values.csv, runs);
  if (values.svg !== undefined) writePicture(values.svg, runs);
  const noise = values.noise ? noiseInKept([a, b], runs) : null;
  if (values.json) {
    const more =
      noise === null
        ? {}
        : {
            noise: {
              repeats: noise.repeatFolders,
              shareWithin: noise.shareWithin,
              noisy: noise.noisy,
            },
          };
    process.stdout.write(`${JSON.stringify({ ...comparison, ...more, runFolders: [a, b] })}\n`);
  } else {
    process.stdout.write(comparisonText(comparison));
    if (noise !== null) process.stdout.write(`Noise floor: ${noiseSentence(noise)}\n`);
  }
  return comparison.verdict === 'exact' ? 0 : 1;
}
