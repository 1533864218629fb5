import type { Architecture } from '../architecture/architecture';
import { trainedAs } from '../training/trainedAs';
import type { TrainingConfig } from '../training/trainingConfig';
import { pythonSource } from './pythonSource';
import { pythonTraining } from './pythonTraining';
import { typescriptSource } from './typescriptSource';
import { typescriptTraining } from './typescriptTraining';

/** The languages that networks are written in. */
export const sourceLanguages = {
  python: {
    label: 'Keras, Python',
    ending: 'py',
    network: pythonSource,
    training: pythonTraining,
  },
  typescript: {
    label: 'TensorFlow.js, TypeScript',
    ending: 'ts',
    network: typescriptSource,
    training: typescriptTraining,
  },
} as const;
export type SourceLanguage = keyof typeof sourceLanguages;

/** A network as source, followed by how it is trained, if `training` is given. */
export function sourceFile(
  language: SourceLanguage,
  architecture: Architecture,
  training: TrainingConfig | null,
): string {
  const own = sourceLanguages[language];
  const network = own.network(architecture);
  if (training === null) return network;
  return `${network}\n${own.training(trainedAs(training, architecture))}`;
}
