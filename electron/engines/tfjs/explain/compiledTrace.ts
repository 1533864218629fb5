import type * as tf from '@tensorflow/tfjs-node-gpu';
import type {
  OpPlace,
  StepTrace,
  TracedOp,
  TracedSource,
} from '../../../../shared/explain/stepTrace';
import type { TracedStep } from '../engine/engine';
import type { TrainingParts } from '../engine/trainingStep';
import type { CompiledMode } from '../trace/loopGraph';
import { nativeBackend, nativeId } from '../trace/nativeBackend';
import { runObserved } from '../trace/observedStep';
import { DT } from '../trace/wire';
import { recordedStep } from '../trace/traceStep';
import type { TracedBatch } from './eagerTrace';
import { OpPlaces } from './opPlaces';
import { startSources } from './startSources';
import { ValueSink } from './valueSink';

const nowhere: OpPlace = { pass: 'update', layer: null, call: 0, role: null };

/**
 * Takes one step as its mode compiles it, with every operation's output returned, and notes them. The
 * weights are those after the step.
 * @param values file for the values' bytes
 */
export function compiledTrace(
  parts: TrainingParts,
  batch: TracedBatch,
  mode: CompiledMode,
  step: number,
  values: string,
): TracedStep {
  const backend = nativeBackend();
  const sink = new ValueSink(backend.binding, values);
  try {
    const sources: TracedSource[] = startSources(parts, batch, sink);
    let places = new OpPlaces();
    const inputs = [batch.inputs, batch.targets, ...(batch.seeds === null ? [] : [batch.seeds])];
    const recorded = recordedStep(
      (x, y, seeds) => {
        places = new OpPlaces();
        return places.during(() =>
          parts.observedStep(x as tf.Tensor, y as tf.Tensor, seeds ?? null, () =>
            places.beginUpdate(),
          ),
        );
      },
      {
        mode,
        inputs: inputs.map((example) => ({ example, fed: { kind: 'stacked' } })),
        numbers: batch.rates.map((value, at) => ({ value, set: (own) => parts.setRate(at, own) })),
        placeOf: () => JSON.stringify(places.place),
      },
    );
    const { program } = recorded;
    /** Places among the values, by the program's ids. */
    const noted = new Map<number, number>();
    program.inputs.forEach(({ id }, index) => {
      const own = inputs[index] as tf.Tensor;
      noted.set(id, sink.note(nativeId(backend, own), own.shape));
    });
    program.state.forEach(({ before, parts: own }) => {
      const [only] = own;
      const variable = only === undefined ? undefined : recorded.variables[only.variable];
      if (own.length === 1 && variable !== undefined) {
        noted.set(before, sink.note(nativeId(backend, variable), variable.shape));
      }
    });
    const constant = (id: number, numbers: Float32Array) => {
      const value = sink.noteNumbers(numbers);
      sources.push({ kind: 'constant', name: '', value });
      noted.set(id, value);
    };
    for (const [id, { dtype, bytes }] of program.constants) {
      const copy = bytes.slice().buffer;
      if (dtype === DT.float32) constant(id, new Float32Array(copy));
      else if (dtype === DT.int32) constant(id, Float32Array.from(new Int32Array(copy)));
    }
    for (const { id, number, isNegated } of program.numbers) {
      constant(id, Float32Array.of((isNegated ? -1 : 1) * (batch.rates[number] ?? 0)));
    }
    const result = runObserved(recorded, inputs, batch.rates, mode, ({ id, shape, program: own }) =>
      noted.set(own, sink.note(id, shape)),
    );
    const ops = program.ops.map(({ op, place, attributes, inputs: own, outputs }): TracedOp => ({
      ...(place === undefined ? nowhere : (JSON.parse(place) as OpPlace)),
      op,
      attributes: JSON.stringify(attributes),
      // What cannot be read, such as a kernel's workspace, is left out.
      inputs: own.flatMap((id) => noted.get(id) ?? []),
      outputs: outputs.flatMap(({ id }) => noted.get(id) ?? []),
    }));
    const trace: StepTrace = {
      twintrain: 'step-trace',
      version: 1,
      step,
      form: mode,
      values: sink.values,
      sources,
      ops,
    };
    return { trace, result };
  } finally {
    sink.close();
  }
}
