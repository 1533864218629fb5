import { freshIds, shapesOf, sizeOf, usedOnce, type StepProgram } from './program';
import { operations, type RecordedOp } from './recorder';
import { DT, type Attribute } from './wire';

/** TensorFlow's names of the operations that oneDNN computes without changing the data's layout. */
const kernels: Readonly<Record<string, string>> = {
  Conv2D: '_MklNativeConv2D',
  Conv2DBackpropInput: '_MklNativeConv2DBackpropInput',
  Conv2DBackpropFilter: '_MklNativeConv2DBackpropFilter',
  DepthwiseConv2dNative: '_MklNativeDepthwiseConv2dNative',
  DepthwiseConv2dNativeBackpropInput: '_MklNativeDepthwiseConv2dNativeBackpropInput',
  DepthwiseConv2dNativeBackpropFilter: '_MklNativeDepthwiseConv2dNativeBackpropFilter',
  AvgPool: '_MklNativeAvgPool',
  AvgPoolGrad: '_MklNativeAvgPoolGrad',
  MatMul: '_MklMatMul',
};

/** The same with a bias, and relu, in one pass over the output. */
const fusedKernels: Readonly<Record<string, string>> = {
  Conv2D: '_MklNativeFusedConv2D',
  DepthwiseConv2dNative: '_MklNativeFusedDepthwiseConv2dNative',
  MatMul: '_MklNativeFusedMatMul',
};

/** With fewer multiplications the plain kernel is done before oneDNN's has started. */
const WORTHWHILE_PRODUCT = 1_000_000;

/**
 * Convolutions, poolings and large products by the oneDNN kernels that TensorFlow itself uses where
 * a graph is a function of its own, but not in the body of a loop. As they are chosen one by one, the step
 * stays in the body (calling a function takes some 50 microseconds), and small operations keep their
 * plain kernel: oneDNN's softmax of LeNet takes six times as long.
 */
export function withOneDnnKernels(program: StepProgram): StepProgram {
  const isWorthwhile = worthwhile(program);
  const made = withPoolings(withBiasGradients(withFusedBiases(program, isWorthwhile)));
  const ops = made.ops.map((op) => {
    const kernel = kernels[op.op];
    return kernel !== undefined && isWorthwhile(op) ? by(kernel, op) : op;
  });
  return { ...made, ops };
}

/** Fuses a convolution or product with BiasAdd and perhaps Relu, if nothing else uses what is between. */
function withFusedBiases(
  program: StepProgram,
  isWorthwhile: (op: RecordedOp) => boolean,
): StepProgram {
  const isUsedOnce = usedOnce(program);
  const byFirstInput = new Map(program.ops.map((op) => [op.inputs[0], op] as const));
  const nextOf = (op: RecordedOp, kind: string): RecordedOp | undefined => {
    const id = idOf(op);
    const next = byFirstInput.get(id);
    return next?.op === kind && isUsedOnce(id) ? next : undefined;
  };
  const instead = new Map<RecordedOp, RecordedOp | null>();
  for (const op of program.ops) {
    const kernel = fusedKernels[op.op];
    const bias = nextOf(op, 'BiasAdd');
    if (kernel === undefined || bias === undefined || !isWorthwhile(op)) continue;
    const relu = nextOf(bias, 'Relu');
    const [last, fused] = relu ? [relu, ['BiasAdd', 'Relu']] : [bias, ['BiasAdd']];
    for (const own of [op, bias]) instead.set(own, null);
    const whole = { ...op, inputs: [...op.inputs, ...bias.inputs.slice(1)], outputs: last.outputs };
    instead.set(
      last,
      by(kernel, whole, {
        num_args: { kind: 'int', value: 1 },
        TArgs: { kind: 'types', value: [DT.float32] },
        fused_ops: { kind: 'strings', value: fused },
      }),
    );
  }
  return replaced(program, instead);
}

/** Fuses the gradients of a convolution's filter and bias, which both sum over the same values. */
function withBiasGradients(program: StepProgram): StepProgram {
  const instead = new Map<RecordedOp, RecordedOp | null>();
  for (const filter of program.ops) {
    if (filter.op !== 'Conv2DBackpropFilter') continue;
    const gradient = filter.inputs[2];
    const bias = program.ops.find(
      ({ op, inputs }) => op === 'BiasAddGrad' && inputs[0] === gradient,
    );
    if (bias === undefined || instead.has(bias)) continue;
    const both = { ...filter, outputs: [...filter.outputs, ...bias.outputs] };
    const isBiasFirst = program.ops.indexOf(bias) < program.ops.indexOf(filter);
    const [first, second] = isBiasFirst ? [bias, filter] : [filter, bias];
    instead.set(first, by('_MklNativeConv2DBackpropFilterWithBias', both));
    instead.set(second, null);
  }
  return replaced(program, instead);
}

/** Poolings that store where their maxima are, and gradients that use that. */
function withPoolings(program: StepProgram): StepProgram {
  const fresh = freshIds(program);
  const gradients = program.ops.filter(({ op }) => op === 'MaxPoolGrad');
  const graded = new Set(gradients.map(({ inputs }) => inputs[1]));
  const workspace_enabled = (value: boolean) =>
    ({ workspace_enabled: { kind: 'bool', value } }) as const;
  /** By the pooling's output. */
  const workspaces = new Map<number, number>();
  const ops = program.ops.map((op): RecordedOp => {
    if (op.op === 'MaxPool') {
      const workspace = fresh();
      workspaces.set(idOf(op), workspace);
      const { shape = [] } = op.outputs[0] ?? {};
      const outputs = [...op.outputs, { id: workspace, dtype: DT.uint8, shape }];
      return by('_MklNativeMaxPool', { ...op, outputs }, workspace_enabled(graded.has(idOf(op))));
    }
    const workspace = op.op === 'MaxPoolGrad' ? workspaces.get(op.inputs[1] as number) : undefined;
    if (workspace === undefined) return op;
    return by(
      '_MklNativeMaxPoolGrad',
      { ...op, inputs: [...op.inputs, workspace] },
      workspace_enabled(true),
    );
  });
  return { ...program, ops };
}

/** All but small products and integer products, which oneDNN lacks. */
function worthwhile(program: StepProgram): (op: RecordedOp) => boolean {
  const shapes = shapesOf(program);
  return ({ op, inputs, outputs, attributes: { transpose_a } }) => {
    if (op !== 'MatMul') return true;
    const first = shapes.get(inputs[0] as number) ?? [];
    const isTransposed = transpose_a?.kind === 'bool' && transpose_a.value;
    const summed = first[isTransposed ? 0 : 1] ?? 0;
    const [product] = outputs;
    const isFloat = product?.dtype === DT.float32;
    return isFloat && sizeOf(product.shape) * summed >= WORTHWHILE_PRODUCT;
  };
}

/** The operation with another kernel, without attributes that this kernel would refuse. */
function by(
  kernel: string,
  op: RecordedOp,
  others: Readonly<Record<string, Attribute>> = {},
): RecordedOp {
  const known = operations[kernel]?.attributes ?? [];
  const attributes = Object.entries({ ...op.attributes, ...others }).filter(([name]) =>
    known.includes(name),
  );
  return {
    ...op,
    op: kernel,
    // TensorFlow registers these kernels under this label; without it none is found.
    attributes: {
      ...Object.fromEntries(attributes),
      _kernel: { kind: 'string', value: 'MklNameChangeOp' },
    },
  };
}

function idOf({ outputs }: RecordedOp): number {
  return outputs[0]?.id as number;
}

/** @param instead what replaces an operation, null for nothing */
function replaced(
  program: StepProgram,
  instead: ReadonlyMap<RecordedOp, RecordedOp | null>,
): StepProgram {
  const ops = program.ops.flatMap((op) => {
    const own = instead.get(op);
    return own === undefined ? [op] : own === null ? [] : [own];
  });
  return { ...program, ops };
}
