import { resolve } from 'node:path';
import { evaluationOf, predictForEvaluation } from '../evaluation/evaluateRun';
import { inTempFolder } from '../files/inTempFolder';
import { evaluationOfOther } from '../evaluation/predictOther';
import { keepEvaluation } from '../runs/evaluationsFile';
import { predictedOther } from './otherData';
import { parse } from './arguments';
import { weightStage } from './weightStage';
import { badArguments } from './badArguments';
import { evaluationText } from './evaluationText';
import { againPorts } from './terminalPorts';

/** `lab evaluate RUN`: what the trained network is worth on the rows that it did not see. @returns the exit status */
export async function evaluateCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    weights: { type: 'string', default: 'final' },
    data: { type: 'string' },
    labels: { type: 'string' },
  });
  const stage = weightStage(values.weights);
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw badArguments('evaluate takes one run folder.');
  const run = resolve(folder);
  const { data, labels } = values;
  if (labels !== undefined && data === undefined) {
    throw badArguments('--labels names the targets of --data DATA, which is not given.');
  }
  const evaluatedIn = async (place: string) => {
    if (data !== undefined) {
      const asked = { folder: run, stage, path: data, labels, needsTargets: true };
      const like = await predictedOther(asked, place, signal);
      return evaluationOfOther(run, stage, like, place);
    }
    const plan = await predictForEvaluation(run, stage, place, againPorts(signal));
    const own = await evaluationOf(plan);
    keepEvaluation(run, own);
    return own;
  };
  return inTempFolder('predicted', async (place) => {
    const evaluation = await evaluatedIn(place);
    process.stdout.write(
      values.json ? `${JSON.stringify(evaluation)}\n` : evaluationText(evaluation),
    );
    return 0;
  });
}
