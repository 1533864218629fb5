/** Source of attention, which the library does not offer. */
export const MULTI_HEAD_ATTENTION = `/** Multi-head attention as in Keras, on [query, value] or [query, value, key]. */
class MultiHeadAttention extends tf.layers.Layer {
  static readonly className = 'MultiHeadAttention';
  private readonly variables = new Map<string, tf.LayerVariable>();

  constructor(private readonly given: {
    numHeads: number;
    keyDim: number;
    valueDim?: number | null;
    outputShape?: number | null;
    dropout?: number;
    seed?: number | null;
    useBias?: boolean;
    useCausalMask?: boolean;
    kernelInitializer?: string | tf.serialization.Serializable;
    biasInitializer?: string | tf.serialization.Serializable;
    trainable?: boolean;
    name?: string;
  }) {
    super({ name: given.name, trainable: given.trainable });
  }

  override getConfig() {
    const { numHeads, keyDim, valueDim = null, outputShape = null, dropout = 0, seed = null } = this.given;
    const { useBias = true, useCausalMask = false } = this.given;
    return {
      ...super.getConfig(),
      numHeads, keyDim, valueDim, outputShape, dropout, seed, useBias, useCausalMask,
    };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [query, value, key = value] = inputShape as [tf.Shape, tf.Shape, tf.Shape?];
    const { numHeads, keyDim, useBias = true } = this.given;
    const make = (own: string | tf.serialization.Serializable | undefined, kind: 'glorotUniform' | 'zeros') =>
      typeof own === 'object'
        ? (own as ReturnType<typeof tf.initializers.zeros>)
        : tf.initializers[(own ?? kind) as 'zeros']({} as never);
    const kernel = make(this.given.kernelInitializer, 'glorotUniform');
    const bias = make(this.given.biasInitializer, 'zeros');
    const add = (part: string, kernelShape: number[], biasShape: number[]) => {
      const own = (role: string, shape: number[], initializer: typeof kernel) =>
        this.variables.set(role, this.addWeight(role, shape, 'float32', initializer));
      own(part + '_kernel', kernelShape, kernel);
      if (useBias) own(part + '_bias', biasShape, bias);
    };
    const last = (shape: tf.Shape) => shape[shape.length - 1] as number;
    add('query', [last(query), numHeads, keyDim], [numHeads, keyDim]);
    add('key', [last(key), numHeads, keyDim], [numHeads, keyDim]);
    add('value', [last(value), numHeads, this.deep], [numHeads, this.deep]);
    const outputs = this.given.outputShape ?? last(query);
    add('output', [numHeads, this.deep, outputs], [outputs]);
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [query] = inputShape as [tf.Shape];
    return [query[0] ?? null, query[1] ?? null, this.given.outputShape ?? query[2] ?? null];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false }: { training?: boolean }): tf.Tensor {
    const [query, value, key = value] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor?];
    const { keyDim, dropout = 0, seed, useCausalMask = false } = this.given;
    return tf.tidy(() => {
      const scaled = tf.mul(this.heads('query', query), 1 / Math.sqrt(keyDim));
      let scores: tf.Tensor = tf.matMul(scaled, this.heads('key', key), false, true);
      const [steps, others] = scores.shape.slice(-2) as [number, number];
      if (useCausalMask) {
        const later = Float32Array.from({ length: steps * others }, (_, at) =>
          at % others > Math.floor(at / others) ? -1e9 : 0,
        );
        scores = tf.add(scores, tf.tensor2d(later, [steps, others]));
      }
      const shares = tf.softmax(scores);
      const kept = training && dropout > 0 ? tf.dropout(shares, dropout, undefined, seed ?? undefined) : shares;
      const found = tf.transpose(tf.matMul(kept, this.heads('value', value)), [0, 2, 1, 3]);
      return this.product('output', found, 2);
    });
  }

  private heads(part: string, x: tf.Tensor): tf.Tensor {
    return tf.transpose(this.product(part, x, 1), [0, 2, 1, 3]);
  }

  /** Product of a kernel and the last axes of x: [batch, steps, ...]. */
  private product(part: string, x: tf.Tensor, axes: number): tf.Tensor {
    const read = (role: string) => this.variables.get(part + role)?.read();
    const kernel = read('_kernel') as tf.Tensor;
    const [batch, steps] = x.shape as [number, number];
    const size = kernel.shape.slice(0, axes).reduce((all, own) => all * own, 1);
    const after = kernel.shape.slice(axes);
    const flat = tf.matMul(
      tf.reshape(x, [batch * steps, size]) as tf.Tensor2D,
      tf.reshape(kernel, [size, kernel.size / size]) as tf.Tensor2D,
    );
    const made = tf.reshape(flat, [batch, steps, ...after]);
    const bias = read('_bias');
    return bias === undefined ? made : tf.add(made, bias);
  }

  private get deep(): number {
    return this.given.valueDim ?? this.given.keyDim;
  }
}

`;
