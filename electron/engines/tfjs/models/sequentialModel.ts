import * as tf from '@tensorflow/tfjs-node-gpu';
import type { SequentialArchitecture } from '../../../../shared/architecture/architecture';
import { dropoutCalls } from '../../../../shared/architecture/dropoutCalls';
import { DropoutSeeds } from './dropoutSeeds';
import type { InitialiserFor } from './initialiserSeeds';
import { buildLayer } from './buildLayer';
import { forwardPass, usesMasks, type Value } from './forwardPass';
import { namedWeights } from './namedWeights';
import type { Trainable } from './trainable';

/**
 * A real `tf.sequential()`: `add` builds each layer at once, so the weights are drawn while the
 * model is constructed.
 */
export function sequentialModel(
  architecture: SequentialArchitecture,
  initialiserFor: InitialiserFor,
): Trainable {
  const model = tf.sequential();
  const calls = dropoutCalls(architecture);
  const seeds = new DropoutSeeds(calls);
  const layerById = new Map<string, tf.layers.Layer>();
  architecture.layers.forEach((spec, index) => {
    const layer = buildLayer(
      spec,
      { initialiserFor, dropoutSeeds: seeds },
      index === 0 ? architecture.inputShape : undefined,
    );
    model.add(layer);
    layerById.set(spec.id, layer);
  });
  // The library's own pass hands a mask on to layers far behind, also where it has ended.
  const pass = usesMasks(architecture)
    ? forwardPass(architecture, (id) => layerById.get(id) as tf.layers.Layer)
    : (x: Value, training: boolean) => model.apply(x, { training });
  return {
    ensureBuilt: () => {},
    dropoutCalls: calls,
    train: (x, dropoutSeeds) => {
      seeds.begin(dropoutSeeds);
      return pass(x, true) as tf.Tensor;
    },
    predict: (x) => pass(x, false) as tf.Tensor,
    weights: () => namedWeights(architecture, layerById),
    dispose: () => void model.dispose(),
  };
}
