import { dataName } from '../data/dataSource';
import { countText } from '../lib/countText';
import type { Project } from './projectFile';
import type { TrainingConfig } from './trainingConfig';

/** One line on what is trained: `network: iris.csv, 10 epochs in batches of 32, seed 0`. */
export function trainingCaption({
  name,
  data,
  training: { epochs, batchSize },
  randomness: { seed },
}: Project): string {
  return `${name}: ${dataName(data)}, ${countText(epochs, 'epoch')} in batches of ${batchSize.toLocaleString('en')}, seed ${seed}`;
}

/** How it is trained, in a few words: `adam 0.001, batches of 32, 10 epochs`. */
export function trainingText({ optimiser, schedule, batchSize, epochs }: TrainingConfig): string {
  const rate = `${optimiser.kind} ${optimiser.learningRate}`;
  const parts = [
    schedule.kind === 'constant' ? rate : `${rate} with a schedule`,
    `batches of ${batchSize.toLocaleString('en')}`,
    countText(epochs, 'epoch'),
  ];
  return parts.join(', ');
}
