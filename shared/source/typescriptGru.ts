/** What TensorFlow.js lacks: a GRU with the reset gate after the product, as source. */
export const RESET_AFTER_GRU = `interface GruOptions {
  units: number;
  activation: string;
  recurrentActivation: string;
  returnSequences?: boolean;
  useBias?: boolean;
  goBackwards?: boolean;
  kernelInitializer: string | object;
  recurrentInitializer?: string | object;
  inputShape?: number[];
  name: string;
}

/** GRU with the reset gate applied after the product with the state: Keras' reset_after=True. */
class ResetAfterGru extends tf.layers.Layer {
  static readonly className = 'ResetAfterGru';
  private readonly act: tf.layers.Layer;
  private readonly recurrentAct: tf.layers.Layer;
  private parts: tf.LayerVariable[] = [];

  private readonly options: GruOptions;

  constructor(options: GruOptions) {
    super({ name: options.name, ...(options.inputShape ? { inputShape: options.inputShape } : {}) });
    // A wrapper changes what it gave, to make the layer for the other direction.
    this.options = { ...options };
    this.act = tf.layers.activation({ activation: options.activation as 'tanh' });
    this.recurrentAct = tf.layers.activation({ activation: options.recurrentActivation as 'sigmoid' });
    this.supportsMasking = true;
  }

  override getConfig() {
    const { inputShape, ...own } = this.options;
    return { ...super.getConfig(), ...own } as tf.serialization.ConfigDict;
  }

  build(inputShape: tf.Shape): void {
    const { units, useBias = true, kernelInitializer, recurrentInitializer = 'orthogonal' } = this.options;
    const initialiser = (own: string | object) =>
      typeof own === 'string'
        ? (tf.initializers as unknown as Record<string, (options: object) => never>)[own]({})
        : (own as never);
    const shapes: [string, number[], string | object][] = [
      ['kernel', [inputShape[inputShape.length - 1] as number, 3 * units], kernelInitializer],
      ['recurrent_kernel', [units, 3 * units], recurrentInitializer],
    ];
    if (useBias) shapes.push(['bias', [2, 3 * units], 'zeros']);
    this.parts = shapes.map(([name, shape, own]) =>
      this.addWeight(name, shape, 'float32', initialiser(own)),
    );
    this.built = true;
  }

  computeOutputShape([batch, steps]: tf.Shape): tf.Shape {
    const { units, returnSequences } = this.options;
    return returnSequences ? [batch, steps, units] : [batch, units];
  }

  get returnSequences(): boolean {
    return this.options.returnSequences ?? false;
  }

  /** Of the steps, as far as they are given on. */
  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const own = Array.isArray(mask) ? mask[0] : mask;
    return (this.returnSequences ? (own ?? null) : null) as tf.Tensor;
  }

  call(inputs: tf.Tensor | tf.Tensor[], { mask = null }: { mask?: tf.Tensor | null } = {}): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
    return tf.tidy(() => {
      const { units, returnSequences, goBackwards } = this.options;
      const [kernel, recurrentKernel, bias] = this.parts.map((part) => part.read());
      const [inner, outer] = bias ? tf.unstack(bias) : [null, null];
      const gates = (values: tf.Tensor2D, weights: tf.Tensor, added: tf.Tensor | null) => {
        const product = tf.matMul(values, weights as tf.Tensor2D);
        return tf.split(added ? product.add(added) : product, 3, 1);
      };
      let state = tf.zeros([x.shape[0], units]) as tf.Tensor2D;
      const ordered = (own: tf.Tensor) => tf.unstack(goBackwards ? tf.reverse(own, 1) : own, 1);
      const counts = mask === null ? null : ordered(tf.expandDims(mask, -1));
      const states = (ordered(x) as tf.Tensor2D[]).map((step, at) => {
        const [xz, xr, xh] = gates(step, kernel, inner);
        const [hz, hr, hh] = gates(state, recurrentKernel, outer);
        const z = this.recurrentAct.apply(xz.add(hz)) as tf.Tensor;
        const r = this.recurrentAct.apply(xr.add(hr)) as tf.Tensor;
        const h = this.act.apply(xh.add(r.mul(hh))) as tf.Tensor;
        const next = z.mul(state).add(tf.scalar(1).sub(z).mul(h)) as tf.Tensor2D;
        // A step that does not count leaves the state as it was.
        state = counts === null ? next : (tf.where(counts[at] as tf.Tensor, next, state) as tf.Tensor2D);
        return state;
      });
      return returnSequences ? tf.stack(states, 1) : state;
    });
  }
}

`;
