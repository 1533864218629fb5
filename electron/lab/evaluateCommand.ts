import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { evaluationOf, predictForEvaluation } from '../evaluation/evaluateRun';
import { weightStages, type WeightStage } from '../evaluation/predictRun';
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
  const stages = Object.keys(weightStages) as WeightStage[];
  const stage = stages.find((own) => own === values.weights);
  if (stage === undefined) throw badArguments(`--weights is one of ${stages.join(', ')}.`);
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw badArguments('evaluate takes one run folder.');
  const place = mkdtempSync(join(tmpdir(), 'twintrain-predicted-'));
  try {
    const plan = await predictForEvaluation(resolve(folder), stage, place, againPorts(signal));
    const evaluation = await evaluationOf(plan);
    process.stdout.write(
      values.json ? `${JSON.stringify(evaluation)}\n` : evaluationText(evaluation),
    );
    return 0;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
