import os from 'node:os';
import { isAsExpected, type ProtocolResult } from '../../shared/protocols/protocolResult';
import { experimentName, runArticle } from '../experiment/runArticle';
import { readProject } from '../store/projectFile';
import { makeNewFolder } from '../store/writeFolder';
import { factsOf } from '../data/dataFacts';
import { loadDataset } from '../data/loadDataset';
import { nodeTrainer } from '../trainerHost';
import { articleOptions, badArguments, parse, projectOptions } from './arguments';
import { datasetsFolder, trainerEntry } from './paths';
import { ProgressLine } from './progressLine';
import { articleTable } from './table';

const text = { type: 'string' } as const;

/** `lab article`. @returns the exit status */
export async function articleCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    seed: text,
    data: text,
    label: text,
    hidden: text,
    epochs: text,
    batch: text,
    threads: text,
    engine: text,
    protocols: text,
    project: text,
    out: { type: 'string', default: 'twintrain-runs' },
  });
  if (positionals.length > 0) throw badArguments(`article takes no "${positionals[0]}".`);
  const { project: file, ...given } = values;
  const options =
    file === undefined ? articleOptions(given) : projectOptions(readProject(file), file, given);
  const name = experimentName('article', new Date());
  const progress = new ProgressLine(process.stderr, () => performance.now());
  const results: ProtocolResult[] = await runArticle(options, {
    spawn: nodeTrainer(trainerEntry),
    datasetsFolder,
    lookAtData: async (source) => factsOf(loadDataset(source, datasetsFolder)),
    folder: () => makeNewFolder(values.out, name),
    cpuCount: os.cpus().length,
    now: () => new Date(),
    signal,
    onPlan: ({ runs, stepsPerRun }) => progress.plan(runs * stepsPerRun),
    onEvent: ({ protocol, pair }, event) => {
      if (event.type === 'losses')
        progress.add(event.losses.length, `protocol ${protocol}, ${pair}`);
    },
    onFailure: ({ protocol, pair }, { message }) => {
      progress.end();
      process.stderr.write(`protocol ${protocol}, ${pair}: ${message}\n`);
    },
    onResult: (result) => {
      if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    },
  });
  progress.end();
  if (signal.aborted) return 130;
  if (!values.json) process.stdout.write(articleTable(results));
  return results.every(isAsExpected) ? 0 : 1;
}
