import { maskAfter, type LayerSpec } from '../../architecture/layerCatalog';
import type { OnnxBuilder } from './onnxBuilder';
import type { LayerInOnnx } from './onnxLayers';

/** Numbers of types in ONNX: TensorProto.DataType. */
const FLOAT = 1;
const BOOL = 9;

/**
 * Which steps of a layer's value count: bool [rows, steps, ...], one axis less than the value; null where all do.
 * The same as in the engine.
 */
export function maskIn(layer: LayerInOnnx<LayerSpec>): string | null {
  const { onnx, spec, inputs, masks } = layer;
  const [first = ''] = inputs;
  return maskAfter(spec, masks, {
    made: () =>
      spec.kind === 'masking'
        ? countedSteps(onnx, first, spec.maskValue)
        : notEqual(onnx, first, 0),
    anyOf: (present) => anyOf(onnx, present),
    always: (like) => onnx.node('Or', [like, onnx.node('Not', [like])]),
  });
}

/** [rows, steps, ..., features] -> bool [rows, steps, ...] */
export function countedSteps(onnx: OnnxBuilder, x: string, maskValue: number): string {
  const numbers = onnx.node('Cast', [notEqual(onnx, x, maskValue)], { to: FLOAT });
  return onnx.node('Cast', [onnx.node('ReduceMax', [numbers], { axes: [-1], keepdims: 0 })], {
    to: BOOL,
  });
}

function notEqual(onnx: OnnxBuilder, x: string, value: number): string {
  return onnx.node('Not', [onnx.node('Equal', [x, onnx.scalar(value)])]);
}

function anyOf(onnx: OnnxBuilder, masks: readonly string[]): string {
  return masks.reduce((all, own) => onnx.node('Or', [all, own]));
}

/** A mask with an axis for the features. */
export function withFeatures(onnx: OnnxBuilder, mask: string): string {
  return onnx.node('Unsqueeze', [mask, onnx.ints([-1])]);
}

/** 1 and 0. */
export function maskNumbers(onnx: OnnxBuilder, mask: string): string {
  return onnx.node('Cast', [withFeatures(onnx, mask)], { to: FLOAT });
}

/** The mean of the steps that count: [rows, steps, channels] -> [rows, channels] */
export function meanOfCounted(onnx: OnnxBuilder, x: string, mask: string): string {
  const numbers = maskNumbers(onnx, mask);
  const sum = (own: string) => onnx.node('ReduceSum', [own, onnx.ints([1])], { keepdims: 0 });
  return onnx.node('Div', [sum(onnx.node('Mul', [x, numbers])), sum(numbers)]);
}

/** Masked numbers are 1, those masked everywhere 0. */
export function productOf({
  onnx,
  inputs,
  masks,
}: Pick<LayerInOnnx<unknown>, 'onnx' | 'inputs' | 'masks'>): string {
  const one = onnx.scalar(1);
  const factors = inputs.map((x, at) => {
    const mask = masks[at] ?? null;
    return mask === null ? x : onnx.node('Where', [withFeatures(onnx, mask), x, one]);
  });
  const all = factors
    .slice(1)
    .reduce((before, own) => onnx.node('Mul', [before, own]), factors[0] ?? '');
  const counted = masks.includes(null) ? null : anyOf(onnx, masks as readonly string[]);
  return counted === null ? all : onnx.node('Mul', [all, maskNumbers(onnx, counted)]);
}

/** The largest or smallest; a masked number gives way to the other. */
export function outermostOf(op: 'Max' | 'Min') {
  return ({
    onnx,
    inputs,
    masks,
  }: Pick<LayerInOnnx<unknown>, 'onnx' | 'inputs' | 'masks'>): string => {
    let [all = ''] = inputs;
    let [allMask = null] = masks;
    inputs.slice(1).forEach((x, at) => {
      const mask = masks[at + 1] ?? null;
      const other = mask === null ? x : onnx.node('Where', [withFeatures(onnx, mask), x, all]);
      if (allMask !== null) all = onnx.node('Where', [withFeatures(onnx, allMask), all, other]);
      allMask = mask !== null && allMask !== null ? onnx.node('Or', [allMask, mask]) : null;
      all = onnx.node(op, [all, other]);
    });
    return all;
  };
}
