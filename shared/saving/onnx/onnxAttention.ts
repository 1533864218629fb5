import type { LayerSpec } from '../../architecture/layerCatalog';
import { causalMask, UNSEEN } from '../../architecture/layers/multiHeadAttention';
import type { LayerInOnnx } from './onnxLayers';

type Attention = LayerInOnnx<Extract<LayerSpec, { readonly kind: 'multiHeadAttention' }>>;

/** Products head by head; kernels are [features, heads, size], the last one [heads, size, outputs]. */
export function attention(layer: Attention): string {
  const { onnx, spec, inputs, shapes } = layer;
  const [query = '', value = '', key = value] = inputs;
  const [steps = 1] = shapes[0] ?? [];
  const [others = 1] = shapes[1] ?? [];
  const q = onnx.node('Mul', [
    heads(layer, 'query', query, steps),
    onnx.scalar(1 / Math.sqrt(spec.keyDim)),
  ]);
  const k = onnx.node('Transpose', [heads(layer, 'key', key, others)], { perm: [0, 1, 3, 2] });
  const scores = onnx.node('MatMul', [q, k]);
  const future = spec.useCausalMask
    ? onnx.floats([steps, others], causalMask(steps, others))
    : null;
  const seen = seenPairs(layer, future);
  const before =
    seen !== null
      ? onnx.node('Where', [seen, scores, onnx.scalar(UNSEEN)])
      : future === null
        ? scores
        : onnx.node('Add', [scores, future]);
  const all = onnx.node('Softmax', [before], { axis: -1 });
  // A step that sees nothing gets equal shares of all, or none where Keras computes them itself.
  const shares =
    seen !== null && spec.dropout > 0 ? onnx.node('Where', [seen, all, onnx.scalar(0)]) : all;
  const found = onnx.node('MatMul', [shares, heads(layer, 'value', value, others)]);
  const { shape, values } = layer.weight('outputKernel');
  const [count = 1, size = 1, outputs = 1] = shape;
  const joined = onnx.node('Reshape', [
    onnx.node('Transpose', [found], { perm: [0, 2, 1, 3] }),
    onnx.ints([-1, steps, count * size]),
  ]);
  const product = onnx.node('MatMul', [joined, onnx.floats([count * size, outputs], values)]);
  return plusBias(layer, 'output', product);
}

/** Which steps of the value each step of the query sees: bool, for [rows, heads, steps, others]; null for all. */
function seenPairs({ onnx, masks }: Attention, future: string | null): string | null {
  const sides = masks.flatMap((mask, at) =>
    mask === null ? [] : [onnx.node('Unsqueeze', [mask, onnx.ints(at === 0 ? [1, 3] : [1, 2])])],
  );
  if (sides.length === 0) return null;
  const past = future === null ? [] : [onnx.node('Equal', [future, onnx.scalar(0)])];
  return [...sides, ...past].reduce((all, own) => onnx.node('And', [all, own]));
}

/** [rows, steps, features] -> [rows, heads, steps, size] */
function heads(layer: Attention, part: string, x: string, steps: number): string {
  const { onnx } = layer;
  const { shape, values } = layer.weight(`${part}Kernel`);
  const [features = 1, count = 1, size = 1] = shape;
  const product = onnx.node('MatMul', [x, onnx.floats([features, count * size], values)]);
  const apart = onnx.node('Reshape', [
    plusBias(layer, part, product),
    onnx.ints([-1, steps, count, size]),
  ]);
  return onnx.node('Transpose', [apart], { perm: [0, 2, 1, 3] });
}

function plusBias(layer: Attention, part: string, x: string): string {
  if (!layer.spec.useBias) return x;
  const { values } = layer.weight(`${part}Bias`);
  return layer.onnx.node('Add', [x, layer.onnx.floats([values.length], values)]);
}
