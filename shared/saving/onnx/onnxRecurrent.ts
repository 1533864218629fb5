import type { Activation } from '../../architecture/activations';
import { innerLayer, type LayerSpec } from '../../architecture/layerCatalog';
import { roleOfPart } from '../../architecture/layers/parts';
import { transposed, type Numbers } from '../transposed';
import { recurrentFunctions } from './onnxActivations';
import type { OnnxAttribute } from './onnxFile';
import type { LayerInOnnx } from './onnxLayers';
import { maskNumbers, withFeatures } from './onnxMasks';

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
    const made = spec.cell === 'lstm' ? lstm(own, direction) : gru(own, direction);
    const [mask = null] = layer.masks;
    // Of steps that do not count, a direction by itself repeats the state before; Keras' wrapper makes it 0.
    return mask === null || !spec.returnSequences
      ? made
      : onnx.node('Mul', [made, maskNumbers(onnx, mask)]);
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
  const { onnx, spec, inputs, masks } = layer;
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
  const [mask = null] = masks;
  if (mask !== null) return stepByStep(layer, op, given, all, mask);
  if (!spec.returnSequences) {
    const [, last = ''] = onnx.outputsOf(op, given, all, [false, true]);
    return onnx.node('Squeeze', [last, onnx.ints([0])]);
  }
  // [steps, 1, rows, units]
  const every = onnx.node('Squeeze', [onnx.node(op, given, all), onnx.ints([1])]);
  return onnx.node('Transpose', [every], { perm: [1, 0, 2] });
}

/**
 * With any mask: ONNX itself knows only rows that end early. Each step is a layer of one step, whose state is kept
 * where the step counts.
 * @param given steps [steps, rows, features] and weights
 * @param mask bool [rows, steps]
 */
function stepByStep(
  { onnx, spec, shapes }: Layer<'lstm' | 'gru'>,
  op: 'LSTM' | 'GRU',
  [steps = '', kernel = '', recurrentKernel = '', biases = '']: readonly string[],
  { direction, ...attributes }: Readonly<Record<string, OnnxAttribute>>,
  mask: string,
): string {
  const count = shapes[0]?.[0] ?? 0;
  const each = Array.from({ length: count }, () => true);
  const split = (x: string) => onnx.outputsOf('Split', [x], { axis: 0 }, each);
  const inputs = split(steps);
  const counts = split(withFeatures(onnx, onnx.node('Transpose', [mask], { perm: [1, 0] })));
  const zero = onnx.scalar(0);
  const isLstm = op === 'LSTM';
  const places = inputs.map((_, at) => at);
  if (direction === 'reverse') places.reverse();
  const states = places.map(() => '');
  /** Of the step before: state and, of an LSTM, cell; [1, rows, units]. */
  let before: readonly string[] = [];
  for (const at of places) {
    const own = [inputs[at] ?? '', kernel, recurrentKernel, biases, '', ...before];
    const made = onnx.outputsOf(op, own, attributes, isLstm ? [false, true, true] : [false, true]);
    before = made
      .slice(1)
      .map((next, state) => onnx.node('Where', [counts[at] ?? '', next, before[state] ?? zero]));
    states[at] = before[0] ?? '';
  }
  if (!spec.returnSequences) return onnx.node('Squeeze', [before[0] ?? '', onnx.ints([0])]);
  return onnx.node('Transpose', [onnx.node('Concat', states, { axis: 0 })], { perm: [1, 0, 2] });
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
