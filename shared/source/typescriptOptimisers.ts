/** What all of them use. */
export const OPTIMISER_HELPERS = `/** Slots that begin at zero, one set for each variable. */
class Slots {
  private readonly all = new Map<string, tf.Variable[]>();

  of(name: string, count: number): tf.Variable[] {
    const variable = tf.engine().registeredVariables[name];
    const known =
      this.all.get(name) ??
      Array.from({ length: count }, () => tf.variable(tf.zerosLike(variable), false));
    this.all.set(name, known);
    return known;
  }
}

type Gradients = tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[];

function listed(gradients: Gradients): { name: string; tensor: tf.Tensor }[] {
  return Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
}

`;

/** Optimisers that TensorFlow.js lacks, or has with another formula, as source. */
export const optimiserClasses = {
  adam: `/** Adam as Keras writes it: epsilon is added before the bias correction. */
class KerasAdam extends tf.Optimizer {
  static readonly className = 'KerasAdam';
  private readonly slots = new Slots();

  constructor(
    public learningRate: number,
    private readonly beta1: number,
    private readonly beta2: number,
    private readonly epsilon: number,
  ) {
    super();
  }

  applyGradients(gradients: Gradients): void {
    this.incrementIterations();
    const step = this.iterations;
    const rate =
      (this.learningRate * Math.sqrt(1 - this.beta2 ** step)) / (1 - this.beta1 ** step);
    tf.tidy(() => {
      for (const { name, tensor } of listed(gradients)) {
        const [m, v] = this.slots.of(name, 2);
        m.assign(m.add(tensor.sub(m).mul(1 - this.beta1)));
        v.assign(v.add(tensor.square().sub(v).mul(1 - this.beta2)));
        const variable = tf.engine().registeredVariables[name];
        variable.assign(variable.sub(m.mul(rate).div(v.sqrt().add(this.epsilon))));
      }
    });
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }
}

`,
  momentum: `/** SGD with momentum as Keras writes it: the learning rate is inside the velocity. */
class KerasMomentum extends tf.Optimizer {
  static readonly className = 'KerasMomentum';
  private readonly slots = new Slots();

  constructor(
    public learningRate: number,
    private readonly momentum: number,
    private readonly nesterov: boolean,
  ) {
    super();
  }

  applyGradients(gradients: Gradients): void {
    tf.tidy(() => {
      for (const { name, tensor } of listed(gradients)) {
        const [velocity] = this.slots.of(name, 1);
        const step = tensor.mul(this.learningRate);
        velocity.assign(velocity.mul(this.momentum).sub(step));
        const variable = tf.engine().registeredVariables[name];
        variable.assign(
          variable.add(this.nesterov ? velocity.mul(this.momentum).sub(step) : velocity),
        );
      }
    });
    this.incrementIterations();
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }
}

`,
  nadam: `/** Adam with Nesterov momentum, as Keras writes it. */
class KerasNadam extends tf.Optimizer {
  static readonly className = 'KerasNadam';
  private readonly slots = new Slots();
  private product = 1;

  constructor(
    public learningRate: number,
    private readonly beta1: number,
    private readonly beta2: number,
    private readonly epsilon: number,
  ) {
    super();
  }

  private momentumAt(step: number): number {
    return this.beta1 * (1 - 0.5 * 0.96 ** step);
  }

  applyGradients(gradients: Gradients): void {
    this.incrementIterations();
    const step = this.iterations;
    const [now, next] = [this.momentumAt(step), this.momentumAt(step + 1)];
    this.product *= now;
    const ofMoment = (this.learningRate * next) / (1 - this.product * next);
    const ofGradient = (this.learningRate * (1 - now)) / (1 - this.product);
    tf.tidy(() => {
      for (const { name, tensor } of listed(gradients)) {
        const [m, v] = this.slots.of(name, 2);
        m.assign(m.add(tensor.sub(m).mul(1 - this.beta1)));
        v.assign(v.add(tensor.square().sub(v).mul(1 - this.beta2)));
        const root = v.div(1 - this.beta2 ** step).sqrt().add(this.epsilon);
        const variable = tf.engine().registeredVariables[name];
        variable.assign(variable.sub(m.mul(ofMoment).add(tensor.mul(ofGradient)).div(root)));
      }
    });
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }
}

`,
  adjusted: `/** Clips gradients and takes a share of each weight away before an update, as every optimiser of Keras can. */
class Adjusted extends tf.Optimizer {
  static readonly className = 'Adjusted';

  constructor(
    private readonly inner: tf.Optimizer,
    private readonly weightDecay: number,
    private readonly clip: 'none' | 'value' | 'norm' | 'globalNorm',
    private readonly clipAt: number,
    private rate: number,
  ) {
    super();
  }

  get learningRate(): number {
    return this.rate;
  }

  set learningRate(rate: number) {
    this.rate = rate;
    const own = this.inner as unknown as {
      learningRate: number;
      setLearningRate?: (rate: number) => void;
    };
    if (own.setLearningRate === undefined) own.learningRate = rate;
    else own.setLearningRate(rate);
  }

  private clipped(gradients: { name: string; tensor: tf.Tensor }[]) {
    const at = this.clipAt;
    const norm = (all: tf.Tensor[]) => tf.sqrt(tf.addN(all.map((one) => one.square().sum())));
    const whole = this.clip === 'globalNorm' ? norm(gradients.map(({ tensor }) => tensor)) : null;
    return gradients.map(({ name, tensor }) => {
      if (this.clip === 'none') return { name, tensor };
      if (this.clip === 'value') return { name, tensor: tensor.clipByValue(-at, at) };
      return { name, tensor: tensor.mul(at).div(tf.maximum(whole ?? norm([tensor]), at)) };
    });
  }

  applyGradients(gradients: Gradients): void {
    tf.tidy(() => {
      const clipped = this.clipped(listed(gradients));
      for (const { name } of clipped) {
        const variable = tf.engine().registeredVariables[name];
        variable.assign(variable.sub(variable.mul(this.weightDecay * this.rate)));
      }
      this.inner.applyGradients(clipped);
    });
    this.incrementIterations();
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.rate };
  }
}

`,
} as const;
