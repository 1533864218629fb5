import * as tf from '@tensorflow/tfjs-node-gpu';
import { INPUT, type SubclassArchitecture } from '../../../../shared/architecture/architecture';
import { dropoutCalls } from '../../../../shared/architecture/dropoutCalls';
import type { DropoutCall } from '../../../../shared/runs/run';
import { DropoutSeeds } from './dropoutSeeds';
import type { InitialiserFor } from './initialiserSeeds';
import { buildLayer } from './buildLayer';
import { namedWeights } from './namedWeights';
import type { NamedWeight, Trainable } from './trainable';

type Value = tf.Tensor | tf.SymbolicTensor;

/**
 * What `keras.Model` is to a subclass: members are made in the constructor, `call` says how they
 * are used, and weights are created when the model is first called. TensorFlow.js has no usable
 * subclassing of its own (`LayersModel.fit` never runs an overridden `call`).
 */
export abstract class Model implements Trainable {
  protected readonly members = new Map<string, tf.layers.Layer>();
  protected readonly dropoutSeeds: DropoutSeeds;
  readonly dropoutCalls: readonly DropoutCall[];
  readonly #inputShape: readonly number[];
  #isBuilt = false;

  protected constructor(inputShape: readonly number[], calls: readonly DropoutCall[]) {
    this.dropoutCalls = calls;
    this.dropoutSeeds = new DropoutSeeds(calls);
    this.#inputShape = inputShape;
  }

  /** One forward pass, on tensors or, to build the model, on symbolic tensors. */
  protected abstract call(x: Value, isTraining: boolean): Value;
  abstract weights(): readonly NamedWeight[];

  /**
   * Calls the model on a symbolic tensor of the input's shape, as Keras does before the first step: every
   * layer is built in call order, and nothing else is computed or drawn.
   */
  ensureBuilt(): void {
    if (this.#isBuilt) return;
    this.call(tf.input({ shape: [...this.#inputShape] }), true);
    this.#isBuilt = true;
  }

  train(x: tf.Tensor, dropoutSeeds: tf.Tensor | null): tf.Tensor {
    this.dropoutSeeds.begin(dropoutSeeds);
    return this.call(x, true) as tf.Tensor;
  }

  predict(x: tf.Tensor): tf.Tensor {
    return this.call(x, false) as tf.Tensor;
  }

  dispose(): void {
    for (const layer of this.members.values()) if (layer.built) layer.dispose();
  }
}

/** The subclass that an architecture describes. */
export class ArchitectureModel extends Model {
  readonly #architecture: SubclassArchitecture;

  constructor(architecture: SubclassArchitecture, initialiserFor: InitialiserFor) {
    super(architecture.inputShape, dropoutCalls(architecture));
    this.#architecture = architecture;
    for (const spec of architecture.members) {
      const { dropoutSeeds } = this;
      this.members.set(spec.id, buildLayer(spec, { initialiserFor, dropoutSeeds }));
    }
  }

  protected call(x: Value, isTraining: boolean): Value {
    const values = new Map<string, Value>([[INPUT, x]]);
    let last = x;
    for (const { name, layer, inputs } of this.#architecture.calls) {
      const arguments_ = inputs.map((input) => values.get(input) as tf.Tensor);
      const member = this.members.get(layer) as tf.layers.Layer;
      last = member.apply(arguments_.length === 1 ? (arguments_[0] as tf.Tensor) : arguments_, {
        training: isTraining,
      }) as Value;
      values.set(name, last);
    }
    return last;
  }

  weights(): readonly NamedWeight[] {
    return namedWeights(this.#architecture, this.members);
  }
}
