import type * as tf from '@tensorflow/tfjs-node-gpu';
import type { OpPlace, StepTrace, TracedOp } from '../../../../shared/explain/stepTrace';
import { nativeBackend, type Binding, type NativeAttribute } from '../trace/nativeBackend';
import type { TracedStep } from '../engine/engine';
import type { TrainingParts } from '../engine/trainingStep';
import { OpPlaces } from './opPlaces';
import { startSources } from './startSources';
import { ValueSink } from './valueSink';

export interface TracedBatch {
  readonly inputs: tf.Tensor;
  readonly targets: tf.Tensor;
  /** int32 [dropout calls, 2], or null. */
  readonly seeds: tf.Tensor | null;
  readonly rates: readonly number[];
}

/**
 * Takes one step, operation after operation, and notes each one's inputs and outputs. The weights are
 * those after the step.
 *
 * @param values file for the values' bytes
 */
export function eagerTrace(
  parts: TrainingParts,
  batch: TracedBatch,
  step: number,
  values: string,
): TracedStep {
  const backend = nativeBackend();
  const native = backend.binding;
  const sink = new ValueSink(native, values);
  const places = new OpPlaces();
  const sources = startSources(parts, batch, sink);
  const ops: TracedOp[] = [];
  const recorder = Object.create(native) as Binding;
  Object.defineProperty(recorder, 'executeOp', {
    value: (op: string, attributes: NativeAttribute[], inputs: number[], count: number) => {
      const own = inputs.map((id) => sink.placeOf(id) ?? constant(id));
      const outputs = native.executeOp(op, attributes, inputs, count);
      ops.push({
        ...places.place,
        op,
        attributes: JSON.stringify(attributes.map(({ name, value }) => [name, value])),
        inputs: own,
        outputs: outputs.map(({ id, shape }) => sink.note(id, shape)),
      });
      return outputs;
    },
  });
  /** A tensor that no operation of the step made, such as a number of an optimiser's formula. */
  function constant(id: number): number {
    const value = sink.note(id, shapeOf(native, id));
    sources.push({ kind: 'constant', name: '', value });
    return value;
  }
  const assigned = followAssignments(parts, ops);
  const before = backend.binding;
  backend.binding = recorder;
  try {
    const result = places.during(() =>
      parts.observedStep(batch.inputs, batch.targets, batch.seeds, () => places.beginUpdate()),
    );
    backend.binding = before;
    const trace: StepTrace = {
      twintrain: 'step-trace',
      version: 1,
      step,
      form: 'eager',
      values: sink.values,
      sources,
      ops,
    };
    return { trace, result: result.dataSync() as Float32Array };
  } finally {
    backend.binding = before;
    assigned();
    sink.close();
  }
}

/** The binding has no shape for a bare id; Identity returns it. */
function shapeOf(native: Binding, id: number): readonly number[] {
  const values = native.tensorDataSync(id);
  const dtype = values instanceof Float32Array ? 1 : values instanceof Int32Array ? 3 : 10;
  const attributes = [{ name: 'T', type: native.TF_ATTR_TYPE, value: dtype }];
  const [same] = native.executeOp('Identity', attributes, [id], 1);
  if (same !== undefined) native.deleteTensor(same.id);
  return same?.shape ?? [];
}

/**
 * The operations of an update belong to the weight that is assigned next: optimisers update one
 * variable after the other.
 */
function followAssignments(parts: TrainingParts, ops: TracedOp[]): () => void {
  const undo = parts.weights.map(({ layer, role, variable }) => {
    const own = variable.assign.bind(variable);
    variable.assign = (value) => {
      own(value);
      for (let at = ops.length - 1; at >= 0; at--) {
        const op = ops[at] as TracedOp;
        if (op.pass !== 'update' || op.layer !== null) break;
        ops[at] = { ...op, ...({ layer, role } satisfies Partial<OpPlace>) };
      }
    };
    return () => {
      // The method is the prototype's again.
      delete (variable as { assign?: unknown }).assign;
    };
  });
  return () => undo.forEach((own) => own());
}
