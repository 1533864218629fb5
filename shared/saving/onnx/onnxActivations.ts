import type { Activation } from '../../architecture/activations';
import type { OnnxBuilder } from './onnxBuilder';

/** Each activation as operations. */
const functions: Readonly<Record<Activation, (onnx: OnnxBuilder, x: string) => string>> = {
  linear: (_onnx, x) => x,
  relu: (onnx, x) => onnx.node('Relu', [x]),
  relu6: (onnx, x) => onnx.node('Clip', [x, onnx.scalar(0), onnx.scalar(6)]),
  elu: (onnx, x) => onnx.node('Elu', [x]),
  selu: (onnx, x) => onnx.node('Selu', [x]),
  tanh: (onnx, x) => onnx.node('Tanh', [x]),
  sigmoid: (onnx, x) => onnx.node('Sigmoid', [x]),
  softplus: (onnx, x) => onnx.node('Softplus', [x]),
  softsign: (onnx, x) => onnx.node('Softsign', [x]),
  softmax: (onnx, x) => onnx.node('Softmax', [x], { axis: -1 }),
  swish: (onnx, x) => onnx.node('Mul', [x, onnx.node('Sigmoid', [x])]),
};

export function activated(onnx: OnnxBuilder, x: string, activation: Activation): string {
  return functions[activation](onnx, x);
}

/** Those that ONNX's own recurrent operations have, with their two numbers. */
export const recurrentFunctions: Readonly<
  Partial<
    Record<Activation, { readonly name: string; readonly alpha: number; readonly beta: number }>
  >
> = {
  linear: { name: 'Affine', alpha: 1, beta: 0 },
  relu: { name: 'Relu', alpha: 0, beta: 0 },
  elu: { name: 'Elu', alpha: 1, beta: 0 },
  tanh: { name: 'Tanh', alpha: 0, beta: 0 },
  sigmoid: { name: 'Sigmoid', alpha: 0, beta: 0 },
  softplus: { name: 'Softplus', alpha: 0, beta: 0 },
  softsign: { name: 'Softsign', alpha: 0, beta: 0 },
};
