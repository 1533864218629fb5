import * as tf from '@tensorflow/tfjs-node-gpu';

type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/**
 * An optimiser of our own with the library's interface: each variable has some slots that start at zero,
 * and a rate that may change from step to step. The rate stays a plain number, so that a compiled
 * step can be fed a different one.
 */
export abstract class SlotOptimiser extends tf.Optimizer {
  /** As the library's optimisers have it; see `setLearningRate`. */
  learningRate: number;
  readonly #slotCount: number;
  readonly #slots = new Map<string, readonly tf.Variable[]>();

  protected constructor(learningRate: number, slotCount: number) {
    super();
    this.learningRate = learningRate;
    this.#slotCount = slotCount;
  }

  /** New values of the slots and of the variable, all of its shape. */
  protected abstract update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    slots: readonly tf.Tensor[],
    rate: number,
  ): { readonly slots: readonly tf.Tensor[]; readonly value: tf.Tensor };

  override applyGradients(gradients: Gradients): void {
    const named = Array.isArray(gradients)
      ? gradients.map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(gradients);
    tf.tidy(() => {
      for (const [name, gradient] of named) {
        const variable = tf.engine().registeredVariables[name];
        if (variable === undefined) throw new Error(`There is no variable ${name}`);
        const slots = this.#slotsOf(name, variable);
        const next = this.update(variable, gradient, slots, this.learningRate);
        slots.forEach((slot, index) => slot.assign(next.slots[index] as tf.Tensor));
        variable.assign(next.value);
      }
    });
    this.incrementIterations();
  }

  override dispose(): void {
    for (const slots of this.#slots.values()) for (const slot of slots) slot.dispose();
    this.#slots.clear();
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }

  #slotsOf(name: string, variable: tf.Variable): readonly tf.Variable[] {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const made = Array.from({ length: this.#slotCount }, () =>
      tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
    );
    this.#slots.set(name, made);
    return made;
  }
}
