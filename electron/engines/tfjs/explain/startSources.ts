import type * as tf from '@tensorflow/tfjs-node-gpu';
import type { TracedSource } from '../../../../shared/explain/stepTrace';
import type { TrainingParts } from '../engine/trainingStep';
import { nativeBackend, nativeId } from '../trace/nativeBackend';
import type { TracedBatch } from './eagerTrace';
import type { ValueSink } from './valueSink';

/** Notes what a step starts from. */
export function startSources(
  parts: TrainingParts,
  batch: TracedBatch,
  sink: ValueSink,
): TracedSource[] {
  const backend = nativeBackend();
  const of = (kind: TracedSource['kind'], name: string, tensor: tf.Tensor): TracedSource => ({
    kind,
    name,
    value: sink.note(nativeId(backend, tensor), tensor.shape),
  });
  return [
    ...parts.weights.map(({ layer, role, variable }) => of('weight', `${layer}/${role}`, variable)),
    ...parts.slots.map((slot, index) => of('slot', String(index), slot)),
    of('batch', 'inputs', batch.inputs),
    of('batch', 'targets', batch.targets),
    ...(batch.seeds === null ? [] : [of('seeds', 'dropout', batch.seeds)]),
    ...batch.rates.map((rate, at): TracedSource => ({
      kind: 'rate',
      name: at === 0 ? 'learning rate' : `factor ${at + 1} of the update`,
      value: sink.noteNumbers(Float32Array.of(rate)),
    })),
  ];
}
