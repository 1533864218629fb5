import { resolve } from 'node:path';
import { splitRows } from '../../shared/training/groupSplit';
import { totalSteps } from '../../shared/training/trainingConfig';
import { lookAtDataset } from '../data/loadDataset';
import { experimentFolderOf, readExperiment } from '../runs/experimentFile';
import { modelsOf, resumeAlone, scriptAt } from '../training/resumeAlone';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { datasetsFolder } from './paths';
import { ProgressLine } from './progressLine';
import { reportRun } from './runReport';
import { againPorts } from './terminalPorts';
import { trainArticle } from './trainArticle';
import { trainProject } from './trainProject';

/**
 * `lab resume`: continues an interrupted experiment, named by its folder or by that of one
 * of its runs; finished runs stay as they are. A run outside an experiment is resumed by itself.
 *
 * @returns the exit status
 */
export async function resumeCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) {
    throw badArguments('resume takes the folder of one run or experiment.');
  }
  // For a run, the folder of its experiment, if it has one.
  const own = experimentFolderOf(folder) ?? resolve(folder);
  const before = readExperiment(own);
  if (before !== null) {
    const training = { folder: () => own, before, isJson: values.json, signal };
    return before.kind === 'project'
      ? trainProject(before.project, training)
      : trainArticle(before.options, training);
  }
  const script = scriptAt(folder, datasetsFolder);
  const models = modelsOf(script);
  const progress = new ProgressLine(process.stderr, () => performance.now());
  const facts = await lookAtDataset(script.data, script.datasetsFolder);
  progress.plan(
    models.length *
      totalSteps(script.training, splitRows(facts, script.training, script.randomness.seed)),
  );
  try {
    await resumeAlone(script, againPorts(signal), (event) => {
      if (event.type === 'losses') progress.add(event.losses.length, 'resumed');
    });
  } finally {
    progress.end();
  }
  const statuses = models.map(({ folder: own, architecture }) =>
    reportRun(own, architecture.style, values.json),
  );
  if (signal.aborted) return 130;
  return statuses.every((status) => status === 'finished') ? 0 : 1;
}
