/** One name for operations that compute the same formula, by the names that engines have for it. */
const names: Readonly<Record<string, readonly string[]>> = {
  MatMul: ['BatchMatMul', 'BatchMatMulV2', 'dot_general', 'aten.mm', 'aten.bmm', 'aten.addmm'],
  Conv2D: ['conv_general_dilated', 'aten.convolution', 'Conv1D', 'DepthwiseConv2dNative'],
  Add: ['AddV2', 'BiasAdd', 'add', 'add_any', 'aten.add.Tensor'],
  Sub: ['sub', 'aten.sub.Tensor'],
  Mul: ['mul', 'aten.mul.Tensor', 'aten.mul.Scalar'],
  RealDiv: ['div', 'aten.div.Tensor', 'aten.div.Scalar'],
  Sum: ['reduce_sum', 'aten.sum.dim_IntList', 'aten.sum'],
  Mean: ['aten.mean', 'aten.mean.dim'],
  Max: ['reduce_max', 'aten.amax', 'aten.max.dim'],
  Exp: ['exp', 'aten.exp'],
  Log: ['log', 'aten.log'],
  Sqrt: ['sqrt', 'aten.sqrt'],
  Rsqrt: ['rsqrt', 'aten.rsqrt'],
  Square: ['square', 'aten.square'],
  Tanh: ['tanh', 'aten.tanh'],
  Sigmoid: ['logistic', 'aten.sigmoid'],
  Softmax: ['aten._softmax'],
  Relu: ['aten.relu'],
};

const canonical = new Map(
  Object.entries(names).flatMap(([name, others]) => others.map((own) => [own, name] as const)),
);

/** What an operation computes, in one name for all engines. */
export function operationKind(op: string): string {
  return canonical.get(op) ?? op;
}

/** Operations that compute nothing: they move values, or write the same in another type. */
const MOVES: ReadonlySet<string> = new Set([
  ...['ConcatV2', 'ExpandDims', 'GatherV2', 'Identity', 'Pack', 'Reshape', 'Slice', 'Split'],
  ...['SplitV', 'Squeeze', 'StridedSlice', 'Transpose', 'Unpack', 'XlaOptimizationBarrier'],
  ...['BroadcastTo', 'Cast', 'Tile'],
  ...['broadcast_in_dim', 'concatenate', 'convert_element_type', 'copy', 'copy_p', 'dynamic_slice'],
  ...['gather', 'reshape', 'rev', 'slice', 'squeeze', 'stop_gradient', 'transpose'],
  ...['aten._to_copy', 'aten._unsafe_view', 'aten.alias', 'aten.cat', 'aten.clone', 'aten.detach'],
  ...[
    'aten.expand',
    'aten.lift_fresh',
    'aten.permute',
    'aten.select.int',
    'aten.slice.Tensor',
    'aten.split.Tensor',
  ],
  ...['aten.squeeze.dim', 'aten.stack', 'aten.t', 'aten.transpose.int', 'aten.unbind.int'],
  ...['aten.unsqueeze', 'aten.view'],
]);

export function isMove(op: string): boolean {
  return MOVES.has(op);
}

/** Operations that add up many numbers, so that the order of additions shows in the last bits. */
const SUMS =
  /MatMul|Conv|Sum|Mean|BiasAddGrad|Softmax|BatchNorm|Pool|CrossEntropy|Prod|Einsum|SegmentSum|ScatterNd|ScatterSub|ScatterAdd|scatter|cumsum|reduce_window|select_and|batch_norm|convolution|nll_loss|log_softmax|pool|embedding_dense/;

export function isSum(op: string): boolean {
  return SUMS.test(operationKind(op)) || SUMS.test(op);
}
