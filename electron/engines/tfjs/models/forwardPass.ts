import * as tf from '@tensorflow/tfjs-node-gpu';
import { asSubclass, INPUT, type Architecture } from '../../../../shared/architecture/architecture';
import { forwardPlan } from '../../../../shared/architecture/forwardPlan';
import { inputsOf, severalInputs } from '../../../../shared/architecture/inputs';
import { definitionOf } from '../../../../shared/architecture/layerCatalog';
import { maskOf, type Mask } from './masks';

/** Of real numbers, or symbolic, to build layers. */
export type Value = tf.Tensor | tf.SymbolicTensor;

/** A pass through the calls of a network: its input, whether it is trained -> the value that `call` returns. */
export type ForwardPass = (x: Value, isTraining: boolean) => Value;

/** Calls layers in order, and hands masks on as Keras does. */
export function forwardPass(
  architecture: Architecture,
  layerOf: (id: string) => tf.layers.Layer,
): ForwardPass {
  const { calls } = asSubclass(architecture);
  const inputs = inputValues(architecture);
  const plan = new Map(forwardPlan(architecture).calls.map((own) => [own.name, own]));
  return (x, isTraining) => {
    const values = new Map(inputs(x));
    const masks = new Map<string, Mask>();
    let last = x;
    for (const { name, layer, inputs } of calls) {
      const given = inputs.map((input) => values.get(input) as tf.Tensor);
      const { spec, inputMasks = [], hasMask = false } = plan.get(name) ?? {};
      // What builds a network has no numbers to mask.
      const own = inputs.map((input, at) =>
        inputMasks[at] === true ? (masks.get(input) ?? null) : null,
      );
      const mask = own.length === 1 ? own[0] : own;
      const isMasked =
        own.some((one) => one !== null) && definitionOf(spec?.kind ?? 'dense').usesMasks === true;
      last = layerOf(layer).apply(given.length === 1 ? (given[0] as tf.Tensor) : given, {
        training: isTraining,
        ...(isMasked && { mask }),
      }) as Value;
      values.set(name, last);
      if (spec !== undefined && hasMask && 'dataId' in x) masks.set(name, maskOf(spec, given, own));
    }
    return last;
  };
}

/** The inputs of a network by name, from its rows; several are cut out of them. */
function inputValues(
  architecture: Architecture,
): (x: Value) => readonly (readonly [string, Value])[] {
  if (severalInputs(architecture) === null) return (x) => [[INPUT, x]];
  const inputs = inputsOf(architecture);
  return (x) =>
    inputs.map(({ name, shape, from, size }) => {
      // Symbolic, to build the network.
      if (!('dataId' in x)) return [name, tf.input({ shape: [...shape] })];
      const [rows = 0] = x.shape;
      const own = tf.slice(x as tf.Tensor2D, [0, from], [rows, size]);
      return [name, tf.reshape(own, [rows, ...shape])];
    });
}

/** Whether a mask is of use in a network. */
export function usesMasks(architecture: Architecture): boolean {
  return forwardPlan(architecture).calls.some(
    ({ spec, inputMasks }) => definitionOf(spec.kind).usesMasks && inputMasks.includes(true),
  );
}
