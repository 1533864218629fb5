import { nodeTrainer } from '../engines/tfjs/nodeTrainer';
import { KerasEngine } from '../engines/keras/kerasEngine';
import { prepare } from '../engines/keras/prepare';
import { trainersOf } from '../engines/trainers';
import { nodeGet } from './nodeGet';
import { kerasFolder, trainerEntry } from './paths';

const index = process.env['TWINTRAIN_INDEX'] ?? 'https://pypi.org/simple';
const keras = new KerasEngine(kerasFolder, index, nodeGet, async (script, backend) =>
  prepare(script, backend),
);

/** The engines under plain Node. */
export const engines = {
  spawn: trainersOf(nodeTrainer(trainerEntry), keras.spawn),
  ready: keras.ready.bind(keras),
};
