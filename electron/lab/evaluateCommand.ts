import { resolve } from 'node:path';
import { evaluationOf, predictForEvaluation } from '../evaluation/evaluateRun';
import { weightStages } from '../../shared/evaluation/evaluation';
import { inTempFolder } from '../files/inTempFolder';
import { parse } from './arguments';
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
  });
  const stage = weightStages.find((own) => own === values.weights);
  if (stage === undefined) throw badArguments(`--weights is one of ${weightStages.join(', ')}.`);
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw badArguments('evaluate takes one run folder.');
  return inTempFolder('predicted', async (place) => {
    const plan = await predictForEvaluation(resolve(folder), stage, place, againPorts(signal));
    const evaluation = await evaluationOf(plan);
    process.stdout.write(
      values.json ? `${JSON.stringify(evaluation)}\n` : evaluationText(evaluation),
    );
    return 0;
  });
}
