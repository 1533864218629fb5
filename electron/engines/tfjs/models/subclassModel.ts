import * as tf from '@tensorflow/tfjs-node-gpu';
import type { GraphArchitecture } from '../../../../shared/architecture/architecture';
import type { LayerSpec } from '../../../../shared/architecture/layerCatalog';
import { sharedLayers } from '../../../../shared/architecture/sharedLayers';
import { dropoutCalls } from '../../../../shared/architecture/dropoutCalls';
import type { DropoutCall } from '../../../../shared/runs/run';
import { DropoutSeeds } from './dropoutSeeds';
import type { InitialiserFor } from './initialiserSeeds';
import { buildLayer } from './buildLayer';
import { forwardPass, type ForwardPass, type Value } from './forwardPass';
import { namedWeights } from './namedWeights';
import type { NamedWeight, Trainable } from './trainable';

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

/** The Model subclass that an architecture describes, or the Functional. */
export class ArchitectureModel extends Model {
  readonly #architecture: GraphArchitecture;
  readonly #initialiserFor: InitialiserFor;
  readonly #pass: ForwardPass;

  constructor(architecture: GraphArchitecture, initialiserFor: InitialiserFor) {
    super(architecture.inputShape, dropoutCalls(architecture));
    this.#architecture = architecture;
    this.#initialiserFor = initialiserFor;
    this.#pass = forwardPass(architecture, (id) => this.#member(id));
    const { style, members } = architecture;
    // A Functional is written as calls on symbolic tensors: a layer that is called once is made where it is called,
    // and weights are drawn while the model is constructed.
    const first = style === 'functional' ? sharedLayers(architecture) : null;
    for (const { id } of members) if (first?.has(id) ?? true) this.#member(id);
    if (style === 'functional') this.ensureBuilt();
  }

  protected call(x: Value, isTraining: boolean): Value {
    return this.#pass(x, isTraining);
  }

  /** The layer, which is made at the first use. */
  #member(id: string): tf.layers.Layer {
    const known = this.members.get(id);
    if (known !== undefined) return known;
    const spec = this.#architecture.members.find((own) => own.id === id) as LayerSpec;
    const { dropoutSeeds } = this;
    const made = buildLayer(spec, { initialiserFor: this.#initialiserFor, dropoutSeeds });
    this.members.set(id, made);
    return made;
  }

  weights(): readonly NamedWeight[] {
    return namedWeights(this.#architecture, this.members);
  }
}
