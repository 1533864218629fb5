import { resolve } from 'node:path';
import { predictedTable } from '../evaluation/predictOther';
import { predictionsCsv } from '../../shared/evaluation/predictionTable';
import { countText } from '../../shared/lib/countText';
import { inTempFolder } from '../files/inTempFolder';
import { writeWhole } from '../files/writeFile';
import { parse } from './arguments';
import { weightStage } from './weightStage';
import { badArguments } from './badArguments';
import { predictedOther } from './otherData';

/** `lab predict RUN DATA`: what the trained network says about rows of other files. @returns the exit status */
export async function predictCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    weights: { type: 'string', default: 'final' },
    labels: { type: 'string' },
    out: { type: 'string', short: 'o' },
  });
  const stage = weightStage(values.weights);
  const [folder, path, ...rest] = positionals;
  if (folder === undefined || path === undefined || rest.length > 0) {
    throw badArguments('predict takes a run folder and a file or folder of rows.');
  }
  const run = resolve(folder);
  const asked = { folder: run, stage, path, labels: values.labels, needsTargets: false };
  return inTempFolder('predicted', async (place) => {
    const like = await predictedOther(asked, place, signal);
    const table = predictedTable(run, like, place);
    if (values.out !== undefined) writeWhole(resolve(values.out), predictionsCsv(table));
    const { columns, rows } = table;
    if (values.json) {
      const head = { twintrain: 'predictions', version: 1, weights: stage, columns } as const;
      const told =
        values.out === undefined ? { rows } : { count: rows.length, file: resolve(values.out) };
      process.stdout.write(`${JSON.stringify({ ...head, ...told, leftOut: like.leftOut })}\n`);
    } else if (values.out === undefined) process.stdout.write(predictionsCsv(table));
    else process.stdout.write(`${values.out}: ${countText(rows.length, 'row')}\n`);
    return 0;
  });
}
