import * as tf from '@tensorflow/tfjs-node-gpu';

export type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/** The gradient of the variable of this name. */
export interface NamedGradient {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

export function namedGradients(gradients: Gradients): readonly NamedGradient[] {
  return Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
}

/** @throws {Error} if there is no such variable */
export function variableOf(name: string): tf.Variable {
  const variable = tf.engine().registeredVariables[name];
  if (variable === undefined) throw new Error(`There is no variable ${name}`);
  return variable;
}

/**
 * An optimiser of our own with the library's interface: each variable has some slots that start at zero,
 * and factors that change from step to step (`updateRates`). They stay plain numbers, so that a compiled
 * step can be fed different ones.
 */
export abstract class SlotOptimiser extends tf.Optimizer {
  #rates: readonly number[] = [];
  readonly #slotCount: number;
  readonly #slots = new Map<string, readonly tf.Variable[]>();

  protected constructor(slotCount: number) {
    super();
    this.#slotCount = slotCount;
  }

  /** New values of the slots and of the variable, all of its shape. */
  protected abstract update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    slots: readonly tf.Tensor[],
    rates: readonly number[],
  ): { readonly slots: readonly tf.Tensor[]; readonly value: tf.Tensor };

  setRates(rates: readonly number[]): void {
    this.#rates = rates;
  }

  override applyGradients(gradients: Gradients): void {
    tf.tidy(() => {
      for (const { name, tensor } of namedGradients(gradients)) {
        const variable = variableOf(name);
        const slots = this.#slotsOf(name, variable);
        const next = this.update(variable, tensor, slots, this.#rates);
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
    return {};
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
