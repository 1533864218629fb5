import type { Activation } from '../../architecture/activations';
import { innerLayer, type LayerSpec } from '../../architecture/layerCatalog';
import { roleOfPart } from '../../architecture/layers/parts';
import { transposed, type Numbers } from '../transposed';
import { recurrentFunctions } from './onnxActivations';
import type { LayerInOnnx } from './onnxLayers';

type Layer<K extends LayerSpec['kind']> = LayerInOnnx<Extract<LayerSpec, { readonly kind: K }>>;

/** The gates of Keras' weights (i, f, c, o) in ONNX's order: i, o, f, c. */
const LSTM_GATES = [0, 3, 1, 2];
/** z, r, h in both. */
const GRU_GATES = [0, 1, 2];

/** How a layer goes along the steps. */
type Direction = 'forward' | 'reverse';

export function lstm(layer: Layer<'lstm'>, direction: Direction = 'forward'): string {
  const { spec } = layer;
  return recurrent(
    layer,
    'LSTM',
    LSTM_GATES,
    [spec.recurrentActivation, spec.activation, spec.activation],
    { direction },
  );
}

export function gru(layer: Layer<'gru'>, direction: Direction = 'forward'): string {
  const { spec } = layer;
  const attributes = { direction, linear_before_reset: spec.resetAfter ? 1 : 0 };
  return recurrent(
    layer,
    'GRU',
    GRU_GATES,
    [spec.recurrentActivation, spec.activation],
    attributes,
  );
}

/** Both directions, each with the weights of its own. */
export function bidirectional(layer: Layer<'bidirectional'>): string {
  const { onnx, spec } = layer;
  const both = (['forward', 'backward'] as const).map((part) => {
    const own = {
      ...layer,
      spec: innerLayer(spec) as never,
      weight: (role: string) => layer.weight(roleOfPart(part, role)),
    };
    const direction = part === 'forward' ? part : 'reverse';
    return spec.cell === 'lstm' ? lstm(own, direction) : gru(own, direction);
  });
  switch (spec.mergeMode) {
    case 'concat':
      return onnx.node('Concat', both, { axis: -1 });
    case 'sum':
      return onnx.node('Add', both);
    case 'mul':
      return onnx.node('Mul', both);
    case 'ave':
      return onnx.node('Mean', both);
  }
}

function recurrent(
  layer: Layer<'lstm' | 'gru'>,
  op: 'LSTM' | 'GRU',
  gates: readonly number[],
  functions: readonly Activation[],
  attributes: Readonly<Record<string, number | string>>,
): string {
  const { onnx, spec, inputs } = layer;
  const known = functions.map((own) => {
    const found = recurrentFunctions[own];
    if (found !== undefined) return found;
    throw new Error(
      `ONNX has no ${op} with the activation ${own}, which "${spec.id}" has. Save it in another format`,
    );
  });
  const { units } = spec;
  const kernel = gatesFirst(layer.weight('kernel'), gates, units);
  const recurrentKernel = gatesFirst(layer.weight('recurrentKernel'), gates, units);
  const biases = spec.useBias ? biasesOf(layer.weight('bias'), gates, units) : null;
  const steps = onnx.node('Transpose', [inputs[0] ?? ''], { perm: [1, 0, 2] });
  const given = [
    steps,
    onnx.floats([1, ...kernel.shape], kernel.values),
    onnx.floats([1, ...recurrentKernel.shape], recurrentKernel.values),
    ...(biases === null ? [] : [onnx.floats([1, biases.length], biases)]),
  ];
  const needsNumbers = known.some(({ alpha, beta }) => alpha !== 0 || beta !== 0);
  const all = {
    hidden_size: units,
    activations: known.map(({ name }) => name),
    ...(needsNumbers && {
      activation_alpha: known.map(({ alpha }) => alpha),
      activation_beta: known.map(({ beta }) => beta),
    }),
    ...attributes,
  };
  if (!spec.returnSequences) {
    const last = onnx.nodeOf(op, given, all, 1, 2);
    return onnx.node('Squeeze', [last, onnx.ints([0])]);
  }
  // [steps, 1, rows, units]
  const every = onnx.node('Squeeze', [onnx.nodeOf(op, given, all, 0, 1), onnx.ints([1])]);
  return onnx.node('Transpose', [every], { perm: [1, 0, 2] });
}

/** [numbers, gates * units] in Keras, [gates * units, numbers] in ONNX, gate by gate in its order. */
function gatesFirst(weights: Numbers, gates: readonly number[], units: number): Numbers {
  const { shape, values } = transposed(weights, [1, 0]);
  const length = units * (shape[1] ?? 0);
  const out = new Float32Array(values.length);
  gates.forEach((gate, at) =>
    out.set(values.subarray(gate * length, (gate + 1) * length), at * length),
  );
  return { shape, values: out };
}

/** Those of the inputs, then those of the state, which only a GRU that resets after the product has. */
function biasesOf(
  { shape, values }: Numbers,
  gates: readonly number[],
  units: number,
): Float32Array {
  const all = gates.length * units;
  const out = new Float32Array(2 * all);
  const sides = shape.length === 2 ? 2 : 1;
  for (let side = 0; side < sides; side++) {
    gates.forEach((gate, at) => {
      const from = side * all + gate * units;
      out.set(values.subarray(from, from + units), side * all + at * units);
    });
  }
  return out;
}
