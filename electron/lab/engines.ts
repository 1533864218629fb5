import { nodeTrainer } from '../engines/tfjs/nodeTrainer';
import { KerasEngine } from '../engines/keras/kerasEngine';
import { prepare } from '../engines/keras/prepare';
import { trainersOf } from '../engines/trainers';
import type { Get } from '../runtime/download';
import { kerasFolder, trainerEntry } from './paths';

const get: Get = async (url, headers, signal) => {
  const { status, headers: own, body } = await fetch(url, { headers: { ...headers }, signal });
  return {
    status,
    header: (name) => own.get(name) ?? undefined,
    body: (body ?? []) as unknown as AsyncIterable<Uint8Array>,
  };
};

const index = process.env['TWINTRAIN_INDEX'] ?? 'https://pypi.org/simple';
const keras = new KerasEngine(kerasFolder, index, get, async (script, backend) =>
  prepare(script, backend),
);

/** The engines under plain Node. */
export const engines = {
  spawn: trainersOf(nodeTrainer(trainerEntry), keras.spawn),
  ready: keras.ready.bind(keras),
};
