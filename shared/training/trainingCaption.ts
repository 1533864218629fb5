import { builtinData } from '../runs/builtinData';
import type { DataSource } from '../runs/run';
import type { Project } from './projectFile';

/** One line on what is trained: `network: iris.csv, 10 epochs in batches of 32, seed 0`. */
export function trainingCaption({
  name,
  data,
  training: { epochs, batchSize },
  randomness: { seed },
}: Project): string {
  const count = `${epochs.toLocaleString('en')} ${epochs === 1 ? 'epoch' : 'epochs'}`;
  return `${name}: ${dataName(data)}, ${count} in batches of ${batchSize.toLocaleString('en')}, seed ${seed}`;
}

/** What data is called in a line: a built-in set by its name, a file without its folders. */
export function dataName(source: DataSource): string {
  if (source.kind === 'builtin') return builtinData[source.name].label;
  return source.path.split(/[\\/]/).filter(Boolean).at(-1) ?? source.path;
}
