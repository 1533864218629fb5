import * as tf from '@tensorflow/tfjs-node-gpu';

/** The values of all variables, including those that the first step creates. */
export class SavedState {
  readonly #values = new Map<tf.Variable, tf.Tensor>();

  constructor() {
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      this.#values.set(variable, tf.keep(variable.clone()));
    }
  }

  get variables(): readonly tf.Variable[] {
    return [...this.#values.keys()];
  }

  /** Runs `action`, and saves the initial values of the variables that it creates. */
  observe(action: () => void): void {
    const engine = tf.engine();
    const make = engine.makeVariable;
    engine.makeVariable = (...args) => {
      const variable = make.apply(engine, args) as tf.Variable;
      this.#values.set(variable, tf.keep(variable.clone()));
      return variable;
    };
    try {
      action();
    } finally {
      engine.makeVariable = make;
    }
  }

  restore(): void {
    for (const [variable, value] of this.#values) {
      if (!variable.isDisposed) variable.assign(value);
    }
  }

  dispose(): void {
    for (const value of this.#values.values()) value.dispose();
  }
}
