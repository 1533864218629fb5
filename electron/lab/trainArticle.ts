import os from 'node:os';
import type { ArticleOptions } from '../../shared/protocols/articleOptions';
import { isAsExpected } from '../../shared/protocols/protocolResult';
import { factsOf } from '../data/dataFacts';
import { loadDataset } from '../data/loadDataset';
import { runArticle } from '../training/runArticle';
import { nodeTrainer } from '../training/trainerHost';
import { datasetsFolder, trainerEntry } from './paths';
import { ProgressLine } from './progressLine';
import { articleTable } from './table';
import type { Training } from './trainProject';

/** Trains under the protocols and prints what each finds. @returns the exit status */
export async function trainArticle(
  options: ArticleOptions,
  { folder, before, isJson, signal }: Training,
): Promise<number> {
  const progress = new ProgressLine(process.stderr, () => performance.now());
  const results = await runArticle(options, {
    spawn: nodeTrainer(trainerEntry),
    datasetsFolder,
    lookAtData: async (source) => factsOf(loadDataset(source, datasetsFolder)),
    folder,
    before,
    cpuCount: os.cpus().length,
    now: () => new Date(),
    signal,
    onPlan: ({ runs, stepsPerRun }) => progress.plan(runs * stepsPerRun),
    onEvent: ({ protocol, pair }, event) => {
      if (event.type === 'losses') progress.take(event, `protocol ${protocol}, ${pair}`);
    },
    onFailure: ({ protocol, pair }, { message }) => {
      progress.end();
      process.stderr.write(`protocol ${protocol}, ${pair}: ${message}\n`);
    },
    onResult: (result) => {
      if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`);
    },
  });
  progress.end();
  if (signal.aborted) return 130;
  if (!isJson) process.stdout.write(articleTable(results));
  return results.every(isAsExpected) ? 0 : 1;
}
