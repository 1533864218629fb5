import type { LayerSpec } from '../../architecture/layerCatalog';
import { transposed } from '../transposed';
import { activated } from './onnxActivations';
import { betweenChannels, type LayerInOnnx } from './onnxLayers';

type Layer<K extends LayerSpec['kind']> = LayerInOnnx<Extract<LayerSpec, { readonly kind: K }>>;
type Slid = { readonly strides: readonly number[]; readonly padding: 'same' | 'valid' };

/** How a window moves. */
export const slid = ({ strides, padding }: Slid) => ({
  strides,
  auto_pad: padding === 'same' ? 'SAME_UPPER' : 'VALID',
});

/** [...window, channels, filters] in Keras, [filters, channels, ...window] in ONNX. */
export function convolved(layer: Layer<'conv1d' | 'conv2d'>): string {
  const { onnx, spec, inputs } = layer;
  const rank = spec.kernelSize.length;
  const kernel = layer.weight('kernel');
  const window = Array.from({ length: rank }, (_, at) => at);
  const own = transposed(kernel, [rank + 1, rank, ...window]);
  const made = betweenChannels(onnx, inputs[0] ?? '', rank, (x) =>
    onnx.node('Conv', [x, onnx.floats(own.shape, own.values)], slid(spec)),
  );
  return finished(layer, made);
}

/** [...window, filters, channels] in Keras, [channels, filters, ...window] in ONNX. */
export function convolvedTransposed(layer: Layer<'conv2dTranspose'>): string {
  const { onnx, spec, inputs } = layer;
  const own = transposed(layer.weight('kernel'), [3, 2, 0, 1]);
  const beyond = spec.kernelSize.map((window, at) => window - (spec.strides[at] ?? 1));
  // With padding `same` what is beyond is cut off, the smaller half first; what lacks is zero.
  const cut = beyond.map((own) => (spec.padding === 'same' ? Math.max(own, 0) : 0));
  const made = betweenChannels(onnx, inputs[0] ?? '', 2, (x) =>
    onnx.node('ConvTranspose', [x, onnx.floats(own.shape, own.values)], {
      strides: spec.strides,
      pads: [...cut.map((all) => Math.floor(all / 2)), ...cut.map((all) => Math.ceil(all / 2))],
      output_padding: beyond.map((all) => Math.max(-all, 0)),
    }),
  );
  return finished(layer, made);
}

export function depthwise(layer: Layer<'depthwiseConv2d'>): string {
  return finished(layer, channelByChannel(layer));
}

export function separable(layer: Layer<'separableConv2d'>): string {
  const { onnx } = layer;
  const { shape, values } = layer.weight('pointwiseKernel');
  // A window of one pixel is a product.
  const mix = onnx.floats(shape.slice(2), values);
  return finished(layer, onnx.node('MatMul', [channelByChannel(layer), mix]));
}

/** [rows, columns, channels, multiplier] in Keras, [channels * multiplier, 1, rows, columns] in ONNX. */
function channelByChannel(layer: Layer<'depthwiseConv2d' | 'separableConv2d'>): string {
  const { onnx, spec, inputs } = layer;
  const kernel = layer.weight('depthwiseKernel');
  const [rows = 1, columns = 1, channels = 1, multiplier = 1] = kernel.shape;
  const { values } = transposed(kernel, [2, 3, 0, 1]);
  const own = onnx.floats([channels * multiplier, 1, rows, columns], values);
  return betweenChannels(onnx, inputs[0] ?? '', 2, (x) =>
    onnx.node('Conv', [x, own], { ...slid(spec), group: channels }),
  );
}

/** With the bias, where there is one, and the activation. */
export function finished(
  layer: LayerInOnnx<{
    readonly useBias: boolean;
    readonly activation: Parameters<typeof activated>[2];
  }>,
  x: string,
): string {
  const { onnx, spec } = layer;
  if (!spec.useBias) return activated(onnx, x, spec.activation);
  const { shape, values } = layer.weight('bias');
  return activated(onnx, onnx.node('Add', [x, onnx.floats(shape, values)]), spec.activation);
}
