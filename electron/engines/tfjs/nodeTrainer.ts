import { pipedTrainer, type SpawnTrainer } from '../../training/trainerProcess';
import { childEnvironment } from './childEnvironment';

/** Training processes under plain Node. @param entry the compiled trainer */
export function nodeTrainer(entry: string): SpawnTrainer {
  return (script, request) =>
    pipedTrainer(process.execPath, [entry], childEnvironment(script, request));
}
