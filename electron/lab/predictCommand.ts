import { dirname, resolve } from 'node:path';
import { predictedTable } from '../evaluation/predictOther';
import { predictionsCsv } from '../../shared/evaluation/predictionTable';
import { countText } from '../../shared/lib/countText';
import { inTempFolder } from '../files/inTempFolder';
import { refuseOverwriting } from '../files/refuseOverwriting';
import { writeWhole } from '../files/writeFile';
import { makeFolder } from '../files/writeFolder';
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
    replace: { type: 'boolean', default: false },
  });
  const stage = weightStage(values.weights);
  const [folder, path, ...rest] = positionals;
  if (folder === undefined || path === undefined || rest.length > 0) {
    throw badArguments('predict takes a run folder and a file or folder of rows.');
  }
  const run = resolve(folder);
  const { out } = values;
  if (out !== undefined) {
    refuseOverwriting(
      out,
      [path, ...(values.labels === undefined ? [] : [values.labels])],
      values.replace,
    );
    makeFolder(dirname(resolve(out)));
  }
  const asked = { folder: run, stage, path, labels: values.labels, needsTargets: false };
  return inTempFolder('predicted', async (place) => {
    const like = await predictedOther(asked, place, signal);
    const table = predictedTable(run, like, place);
    if (out !== undefined) writeWhole(resolve(out), predictionsCsv(table));
    const { columns, rows } = table;
    if (values.json) {
      const head = { twintrain: 'predictions', version: 1, weights: stage, columns } as const;
      const told = out === undefined ? { rows } : { count: rows.length, file: resolve(out) };
      process.stdout.write(
        `${JSON.stringify({ ...head, ...told, leftOut: like.leftOut, withoutTargets: like.withoutTargets })}\n`,
      );
    } else if (out === undefined) process.stdout.write(predictionsCsv(table));
    else process.stdout.write(`${out}: ${countText(rows.length, 'row')}\n`);
    return 0;
  });
}
