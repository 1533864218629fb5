import { nodeTrainer } from '../engines/tfjs/nodeTrainer';
import { KerasEngine } from '../engines/keras/kerasEngine';
import { prepare } from '../engines/keras/prepare';
import { trainersOf } from '../engines/trainers';
import { nodeGet } from './nodeGet';
import { kerasFolder, trainerEntry } from './paths';

const keras = new KerasEngine(
  kerasFolder,
  process.env['TWINTRAIN_INDEX'] ?? null,
  nodeGet,
  async (script, backend) => prepare(script, backend),
);

/** The engines under plain Node. */
export const engines = {
  spawn: trainersOf(nodeTrainer(trainerEntry), keras.spawn),
  ready: keras.ready.bind(keras),
  environments: keras.environments,
  savedModel: keras.savedModel.bind(keras),
};
