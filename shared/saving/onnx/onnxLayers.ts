import { innerLayer, type LayerKind, type LayerSpec } from '../../architecture/layerCatalog';
import type { Shape } from '../../architecture/layers/definition';
import { deviations } from '../../architecture/layers/normalization';
import type { OnnxBuilder } from './onnxBuilder';
import { activated } from './onnxActivations';
import {
  convolved,
  convolvedTransposed,
  depthwise,
  finished,
  separable,
  slid,
} from './onnxConvolutions';
import { attention } from './onnxAttention';
import { countedSteps, meanOfCounted, outermostOf, productOf, withFeatures } from './onnxMasks';
import { bidirectional, gru, lstm } from './onnxRecurrent';

type SpecOf<K extends LayerKind> = Extract<LayerSpec, { readonly kind: K }>;

/** A call of a layer, whose value is to be made. */
export interface LayerInOnnx<Spec> {
  readonly onnx: OnnxBuilder;
  readonly spec: Spec;
  /** Names of the values that it takes. */
  readonly inputs: readonly string[];
  /** Names of their masks; null for those that have none. */
  readonly masks: readonly (string | null)[];
  /** Theirs, without the axis of the rows. */
  readonly shapes: readonly Shape[];
  readonly output: Shape;
  readonly weight: (role: string) => {
    readonly shape: readonly number[];
    readonly values: Float32Array;
  };
}

/** What needs none of the layer's fields. */
type Simple = (layer: Pick<LayerInOnnx<unknown>, 'onnx' | 'inputs' | 'shapes'>) => string;
type Made<K extends LayerKind> = (layer: LayerInOnnx<SpecOf<K>>) => string;

const first = ({ inputs }: Pick<LayerInOnnx<unknown>, 'inputs'>) => inputs[0] ?? '';
const same: Simple = first;
const join =
  (op: string): Simple =>
  ({ onnx, inputs }) =>
    onnx.node(op, inputs);

/** Windows slide along axes that come after the channels in ONNX. */
function pooled(
  {
    onnx,
    spec,
    inputs,
  }: LayerInOnnx<SpecOf<'maxPooling1d' | 'maxPooling2d' | 'averagePooling1d' | 'averagePooling2d'>>,
  op: string,
): string {
  const { poolSize } = spec;
  return betweenChannels(onnx, inputs[0] ?? '', poolSize.length, (x) =>
    onnx.node(op, [x], { kernel_shape: poolSize, ...slid(spec) }),
  );
}

/** Work with channels before the other axes, for an operation that wants them there. */
export function betweenChannels(
  onnx: OnnxBuilder,
  x: string,
  rank: number,
  work: (x: string) => string,
): string {
  const places = Array.from({ length: rank }, (_, at) => at + 1);
  const before = onnx.node('Transpose', [x], { perm: [0, rank + 1, ...places] });
  const after = [0, ...places.map((at) => at + 1), 1];
  return onnx.node('Transpose', [work(before)], { perm: after });
}

const overAll =
  (op: string): Simple =>
  (layer) => {
    const { onnx, shapes } = layer;
    const axes = Array.from({ length: (shapes[0]?.length ?? 1) - 1 }, (_, at) => at + 1);
    return onnx.node(op, [first(layer)], { axes, keepdims: 0 });
  };

function reshaped(onnx: OnnxBuilder, x: string, shape: Shape): string {
  return onnx.node('Reshape', [x, onnx.ints([-1, ...shape])]);
}

function vector(layer: LayerInOnnx<unknown>, role: string): string {
  const { shape, values } = layer.weight(role);
  return layer.onnx.floats(shape, values);
}

/** gamma and beta, where there are. */
function affine(
  layer: LayerInOnnx<{ readonly scale: boolean; readonly center: boolean }>,
  x: string,
): string {
  const { onnx, spec } = layer;
  const scaled = spec.scale ? onnx.node('Mul', [x, vector(layer, 'gamma')]) : x;
  return spec.center ? onnx.node('Add', [scaled, vector(layer, 'beta')]) : scaled;
}

/** Every kind as operations of ONNX, opset 17. */
export const onnxLayers: { readonly [K in LayerKind]: Made<K> } = {
  dense: (layer) =>
    finished(layer, layer.onnx.node('MatMul', [first(layer), vector(layer, 'kernel')])),
  conv1d: convolved,
  conv2d: convolved,
  conv2dTranspose: convolvedTransposed,
  depthwiseConv2d: depthwise,
  separableConv2d: separable,
  maxPooling1d: (layer) => pooled(layer, 'MaxPool'),
  maxPooling2d: (layer) => pooled(layer, 'MaxPool'),
  averagePooling1d: (layer) => pooled(layer, 'AveragePool'),
  averagePooling2d: (layer) => pooled(layer, 'AveragePool'),
  globalAveragePooling1d: (layer) => {
    const [mask = null] = layer.masks;
    return mask === null
      ? overAll('ReduceMean')(layer)
      : meanOfCounted(layer.onnx, first(layer), mask);
  },
  globalAveragePooling2d: overAll('ReduceMean'),
  globalMaxPooling1d: overAll('ReduceMax'),
  globalMaxPooling2d: overAll('ReduceMax'),
  flatten: (layer) => reshaped(layer.onnx, first(layer), layer.output),
  reshape: (layer) => reshaped(layer.onnx, first(layer), layer.output),
  permute: (layer) =>
    layer.onnx.node('Transpose', [first(layer)], { perm: [0, ...layer.spec.dims] }),
  repeatVector: (layer) => {
    const { onnx, spec } = layer;
    const one = onnx.node('Unsqueeze', [first(layer), onnx.ints([1])]);
    return onnx.node('Tile', [one, onnx.ints([1, spec.n, 1])]);
  },
  zeroPadding2d: (layer) => {
    const { onnx, spec } = layer;
    const [top = 0, bottom = 0, left = 0, right = 0] = spec.padding;
    return onnx.node('Pad', [first(layer), onnx.ints([0, top, left, 0, 0, bottom, right, 0])]);
  },
  upSampling2d: (layer) => {
    const { onnx, spec, shapes } = layer;
    const [height = 1, width = 1, channels = 1] = shapes[0] ?? [];
    const [rows = 1, columns = 1] = spec.size;
    if (spec.interpolation === 'bilinear') {
      const scales = onnx.floats([4], Float32Array.of(1, rows, columns, 1));
      return onnx.node('Resize', [first(layer), '', scales], {
        mode: 'linear',
        coordinate_transformation_mode: 'half_pixel',
      });
    }
    // Each pixel gets axes of its own, along which it is repeated.
    const apart = reshaped(onnx, first(layer), [height, 1, width, 1, channels]);
    const repeated = onnx.node('Tile', [apart, onnx.ints([1, 1, rows, 1, columns, 1])]);
    return reshaped(onnx, repeated, [height * rows, width * columns, channels]);
  },
  normalization: (layer) => {
    const { onnx, spec } = layer;
    const own = (values: Float32Array) => onnx.floats([values.length], values);
    const centred = onnx.node('Sub', [first(layer), own(Float32Array.from(spec.mean))]);
    return onnx.node('Div', [centred, own(deviations(spec.variance))]);
  },
  rescaling: (layer) => {
    const { onnx, spec } = layer;
    const scaled = onnx.node('Mul', [first(layer), onnx.scalar(spec.scale)]);
    return onnx.node('Add', [scaled, onnx.scalar(spec.offset)]);
  },
  leakyReLU: (layer) =>
    layer.onnx.node('LeakyRelu', [first(layer)], { alpha: layer.spec.negativeSlope }),
  prelu: (layer) => layer.onnx.node('PRelu', [first(layer), vector(layer, 'alpha')]),
  softmax: (layer) => layer.onnx.node('Softmax', [first(layer)], { axis: layer.spec.axis }),
  activation: (layer) => activated(layer.onnx, first(layer), layer.spec.activation),
  dropout: same,
  spatialDropout1d: same,
  spatialDropout2d: same,
  gaussianDropout: same,
  gaussianNoise: same,
  batchNormalization: (layer) => {
    const { onnx, spec } = layer;
    const { shape, values } = layer.weight('movingVariance');
    const deviation = Float32Array.from(values, (own) => Math.sqrt(own + spec.epsilon));
    const centred = onnx.node('Sub', [first(layer), vector(layer, 'movingMean')]);
    return affine(layer, onnx.node('Div', [centred, onnx.floats(shape, deviation)]));
  },
  layerNormalization: (layer) => {
    const { onnx, spec, shapes } = layer;
    const length = shapes[0]?.at(-1) ?? 1;
    const ones = onnx.floats([length], new Float32Array(length).fill(1));
    const attributes = { axis: -1, epsilon: spec.epsilon };
    return affine(layer, onnx.node('LayerNormalization', [first(layer), ones], attributes));
  },
  embedding: (layer) => {
    const { onnx } = layer;
    const whole = onnx.node('Cast', [first(layer)], { to: 7 });
    return onnx.node('Gather', [vector(layer, 'embeddings'), whole], { axis: 0 });
  },
  masking: (layer) => {
    const { onnx, spec } = layer;
    const counted = withFeatures(onnx, countedSteps(onnx, first(layer), spec.maskValue));
    return onnx.node('Where', [counted, first(layer), onnx.scalar(0)]);
  },
  lstm: (layer) => lstm(layer),
  gru: (layer) => gru(layer),
  bidirectional,
  timeDistributed: (layer) => onEachStep(layer),
  multiHeadAttention: attention,
  add: join('Sum'),
  subtract: join('Sub'),
  multiply: productOf,
  average: join('Mean'),
  maximum: outermostOf('Max'),
  minimum: outermostOf('Min'),
  concatenate: ({ onnx, inputs }) => onnx.node('Concat', inputs, { axis: -1 }),
};

/** A layer on all steps at once, as if they were rows. */
function onEachStep(layer: LayerInOnnx<SpecOf<'timeDistributed'>>): string {
  const { onnx, spec, shapes, output } = layer;
  const inner = innerLayer(spec) as LayerSpec;
  const [, ...step] = shapes[0] ?? [];
  const made = onnxLayers[inner.kind]({
    ...layer,
    spec: inner,
    inputs: [reshaped(onnx, first(layer), step)],
    masks: [null],
    shapes: [step],
    output: output.slice(1),
  } as never);
  return reshaped(onnx, made, output);
}
