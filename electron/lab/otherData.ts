import { resolve } from 'node:path';
import type { RowsLike } from '../evaluation/likeRun/rowsLike';
import { predictOther, prepareOther } from '../evaluation/predictOther';
import type { WeightStage } from '../../shared/evaluation/evaluation';
import { availableMemory } from '../data/availableMemory';
import { datasetsFolder } from './paths';
import { readingLine } from './readingLine';
import { againPorts } from './terminalPorts';

export interface AskedRows {
  readonly folder: string;
  readonly stage: WeightStage;
  readonly path: string;
  readonly labels: string | undefined;
  readonly needsTargets: boolean;
}

/** Predicts the rows of another file, with progress on stderr. @param place a folder for what is output */
export async function predictedOther(
  { folder, stage, path, labels, needsTargets }: AskedRows,
  place: string,
  signal: AbortSignal,
): Promise<RowsLike> {
  const data = {
    path: resolve(path),
    labels: labels === undefined ? null : resolve(labels),
    needsTargets: needsTargets || labels !== undefined,
  };
  const { onProgress, end } = readingLine(process.stderr, () => performance.now());
  const ports = { onProgress, onRead: () => {}, signal, memoryBytes: availableMemory() };
  let like: RowsLike;
  try {
    like = await prepareOther(folder, data, place, datasetsFolder, ports);
  } finally {
    end();
  }
  if (like.leftOut.length > 0) {
    const first = like.leftOut.slice(0, 5).join(', ');
    const more = like.leftOut.length > 5 ? ', ...' : '';
    process.stderr.write(
      `Note: left out, since a value is missing: ${like.leftOut.length === 1 ? 'row' : 'rows'} ${first}${more}.\n`,
    );
  }
  if (like.withoutTargets !== null) {
    process.stderr.write(`Note: the targets are not shown. ${like.withoutTargets}\n`);
  }
  await predictOther(folder, stage, place, againPorts(signal));
  return like;
}
