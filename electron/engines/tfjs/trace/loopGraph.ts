import { joined, separated } from './joinedState';
import { callOf, constant, gather, placeholder, reshape, type } from './nodes';
import { operations, type RecordedOp } from './recorder';
import {
  sizeOf,
  variablesOf,
  type StepProgram,
  type ValueType,
  type VariablePart,
} from './program';
import { DT, int32, type Argument, type Attribute, type FunctionBody, type Node } from './wire';

/** How the steps of one call are run. */
export type CompiledMode = 'graph' | 'xla';

/**
 * How an input of the step gets its value in step i of a call: `rows` gathers rows of a tensor that
 * stays on the native side, `stacked` takes the i-th slice of what was fed.
 */
export type InputFeed =
  { readonly kind: 'rows'; readonly data: ValueType } | { readonly kind: 'stacked' };

export interface LoopGraph {
  readonly nodes: readonly Node[];
  readonly functions: readonly FunctionBody[];
  /** Names to feed, in the order: step count, row numbers, one per input, one per number, state. */
  readonly inputNames: readonly string[];
  /** Names to fetch: results [capacity, width], then the state that changes. */
  readonly outputNames: readonly string[];
}

export interface LoopOptions {
  readonly mode: CompiledMode;
  /** Most steps of one call. */
  readonly capacity: number;
  readonly numberCount: number;
  readonly isOnProcessor: boolean;
}

/**
 * On the CPU, the operations of a step run one after the other. They are parallel inside; handing
 * each to the one thread that starts operations took a tenth of a small network's step. With several
 * devices this executor could deadlock.
 */
const IN_ORDER: Attribute = { kind: 'string', value: 'SINGLE_THREADED_EXECUTOR' };

/**
 * The loop over at most `capacity` steps as one TensorFlow graph: placeholders, and a call of a
 * function that holds a functional While, compiled by XLA as a whole or run by the interpreter.
 */
export function loopGraph(
  program: StepProgram,
  feeds: readonly InputFeed[],
  batchSize: number,
  { mode, capacity, numberCount, isOnProcessor }: LoopOptions,
): LoopGraph {
  const scalar: ValueType = { dtype: DT.int32, shape: [] };
  const fed: (ValueType & { name: string })[] = [
    { name: 'count', ...scalar },
    { name: 'rows', dtype: DT.int32, shape: [capacity, batchSize] },
    ...program.inputs.map((input, index) => {
      const feed = feeds[index] as InputFeed;
      return feed.kind === 'rows'
        ? { name: `input${index}`, ...feed.data }
        : { name: `input${index}`, dtype: input.dtype, shape: [capacity, ...input.shape] };
    }),
    ...Array.from({ length: numberCount }, (_, index) => ({
      name: `number${index}`,
      dtype: DT.float32,
      shape: [capacity],
    })),
  ];
  const variables = variablesOf(program).map((own) => ({
    ...own,
    name: `variable${own.variable}`,
  }));
  /** What the loop carries: step, results, all that was fed, the state. */
  const carried: Carried[] = [
    { name: 'step', ...scalar },
    { name: 'results', dtype: DT.float32, shape: [capacity, widthOf(program)] },
    ...fed,
    ...program.state.map((own, index) => ({ ...own, name: `state${index}` })),
  ];
  const given = [...fed, ...variables];
  const changing = variables.filter(({ isChanged }) => isChanged);
  return {
    nodes: [
      ...given.map(({ name, dtype, shape }) => placeholder(name, dtype, shape)),
      callOf('loop', given, [DT.float32, ...changing.map(({ dtype }) => dtype)], mode === 'xla'),
    ],
    functions: [
      loopFunction(
        given,
        carried,
        changing.map(({ name, dtype }) => ({ name, dtype })),
        mode === 'graph' && isOnProcessor ? { _executor: IN_ORDER } : {},
      ),
      conditionFunction(carried),
      bodyFunction(program, feeds, carried, mode),
    ],
    inputNames: given.map(({ name }) => name),
    outputNames: ['results', ...changing].map((_, index) => `call:${index}`),
  };
}

/** What the loop carries under a name; state says which variables it holds. */
type Carried = ValueType & { readonly name: string; readonly parts?: readonly VariablePart[] };

/** How many numbers each step returns. */
export function widthOf({ result }: StepProgram): number {
  return result.shape[0] ?? 1;
}

/** Inputs and variables -> results and changed variables, after `count` steps. */
function loopFunction(
  given: readonly Argument[],
  carried: readonly Carried[],
  changing: readonly Argument[],
  ofBody: Node['attributes'],
): FunctionBody {
  const { shape } = carried.find(({ name }) => name === 'results') as Carried;
  const noResults = new Uint8Array(4 * sizeOf(shape));
  const nodes: Node[] = [
    constant('zero', DT.int32, [], new Uint8Array(4)),
    constant('none', DT.float32, shape, noResults),
  ];
  const starts = carried.map((value) => {
    if (value.name === 'step') return 'zero:output:0';
    if (value.name === 'results') return 'none:output:0';
    if (value.parts === undefined) return value.name;
    return joined(value, value.parts, nodes);
  });
  nodes.push({
    name: 'while',
    op: 'StatelessWhile',
    inputs: starts,
    attributes: {
      T: { kind: 'types', value: carried.map(({ dtype }) => dtype) },
      cond: { kind: 'function', value: 'condition' },
      body: { kind: 'function', value: 'body', attributes: ofBody },
      output_shapes: { kind: 'shapes', value: carried.map((own) => own.shape) },
      parallel_iterations: { kind: 'int', value: 1 },
    },
  });
  /** The output that holds each variable after the loop. */
  const ends = new Map<string, string>();
  carried.forEach((value, index) => {
    const { parts = [] } = value;
    const pieces = separated(value, `while:output:${index}`, parts, nodes);
    parts.forEach(({ variable }, at) => ends.set(`variable${variable}`, pieces[at] as string));
  });
  const results = carried.findIndex(({ name }) => name === 'results');
  return {
    name: 'loop',
    inputs: given,
    outputs: [
      { name: 'out0', dtype: DT.float32, from: `while:output:${results}` },
      ...changing.map(({ name, dtype }, index) => ({
        name: `out${index + 1}`,
        dtype,
        from: ends.get(name) ?? name,
      })),
    ],
    nodes,
  };
}

function conditionFunction(carried: readonly Argument[]): FunctionBody {
  return {
    name: 'condition',
    inputs: carried,
    outputs: [{ name: 'goes_on', dtype: DT.bool, from: 'less:z:0' }],
    nodes: [
      { name: 'less', op: 'Less', inputs: ['step', 'count'], attributes: { T: type(DT.int32) } },
    ],
  };
}

/** One step: takes its inputs, runs the recorded operations, stores the result. */
function bodyFunction(
  program: StepProgram,
  feeds: readonly InputFeed[],
  carried: readonly Argument[],
  mode: CompiledMode,
): FunctionBody {
  const nodes: Node[] = [
    constant('axis', DT.int32, [], int32(0)),
    constant('one', DT.int32, [], int32(1)),
    constant('result_shape', DT.int32, [2], int32(1, widthOf(program))),
    gather('own_rows', 'rows', 'step', DT.int32),
  ];
  /** The graph's name for each native id of the recording. */
  const source = new Map<number, string>();
  program.inputs.forEach(({ id, dtype }, index) => {
    const by = feeds[index]?.kind === 'rows' ? 'own_rows:output:0' : 'step';
    nodes.push(gather(`own_input${index}`, `input${index}`, by, dtype));
    source.set(id, `own_input${index}:output:0`);
  });
  program.state.forEach(({ before }, index) => source.set(before, `state${index}`));
  nodes.push(...numberNodes(program, source), ...stepNodes(program, source));
  nodes.push(
    reshape(
      'result',
      sourceOf(source, program.result.id, 'the result'),
      'result_shape',
      DT.float32,
    ),
    ...noteResult(mode),
    {
      name: 'next',
      op: 'AddV2',
      inputs: ['step', 'one:output:0'],
      attributes: { T: type(DT.int32) },
    },
  );
  const after = new Map(
    program.state.map((state, index) => [
      `state${index}`,
      sourceOf(source, state.after, 'the state'),
    ]),
  );
  const from = (name: string) =>
    name === 'step'
      ? 'next:z:0'
      : name === 'results'
        ? 'noted:output:0'
        : (after.get(name) ?? name);
  return {
    name: 'body',
    inputs: carried,
    outputs: carried.map(({ name, dtype }) => ({ name: `${name}_out`, dtype, from: from(name) })),
    nodes,
  };
}

/**
 * A program's constants and operations in a function's graph.
 * @param source the graph's name for each id; those of the program are added
 */
export function stepNodes(program: StepProgram, source: Map<number, string>): Node[] {
  const nodes: Node[] = [];
  let count = 0;
  for (const [id, { dtype, shape, bytes }] of program.constants) {
    const name = `constant${count++}`;
    nodes.push(constant(name, dtype, shape, bytes));
    source.set(id, `${name}:output:0`);
  }
  program.ops.forEach((op, index) => {
    const name = `op${index}`;
    nodes.push({
      name,
      op: op.op,
      inputs: op.inputs.map((id) => sourceOf(source, id, op.op)),
      attributes: op.attributes,
    });
    outputNames(op).forEach((output, place) => {
      const id = op.outputs[place]?.id;
      if (id !== undefined) source.set(id, `${name}:${output}`);
    });
  });
  return nodes;
}

/** The step's own slice of every number, and its negation, each made once however often it is used. */
function numberNodes({ numbers }: StepProgram, source: Map<number, string>): Node[] {
  const nodes = new Map<string, Node>();
  for (const { id, number, isNegated } of numbers) {
    const slice = `own_number${number}`;
    nodes.set(slice, gather(slice, `number${number}`, 'step', DT.float32));
    source.set(id, `${slice}:output:0`);
    if (!isNegated) continue;
    const name = `negated${number}`;
    nodes.set(name, {
      name,
      op: 'Neg',
      inputs: [`${slice}:output:0`],
      attributes: { T: type(DT.float32) },
    });
    source.set(id, `${name}:y:0`);
  }
  return [...nodes.values()];
}

/**
 * Writes `result` into row `step` of `results`. XLA turns a scatter into a loop, and the slice
 * update that it does in place is unknown to the interpreter.
 */
function noteResult(mode: CompiledMode): Node[] {
  const attributes = { T: type(DT.float32), Tindices: type(DT.int32) };
  if (mode === 'graph') {
    return [
      constant('index_shape', DT.int32, [2], int32(1, 1)),
      reshape('index', 'step', 'index_shape', DT.int32),
      {
        name: 'noted',
        op: 'TensorScatterUpdate',
        inputs: ['results', 'index:output:0', 'result:output:0'],
        attributes,
      },
    ];
  }
  return [
    constant('step_shape', DT.int32, [1], int32(1)),
    constant('first_column', DT.int32, [1], int32(0)),
    reshape('row', 'step', 'step_shape', DT.int32),
    {
      name: 'place',
      op: 'ConcatV2',
      inputs: ['row:output:0', 'first_column:output:0', 'axis:output:0'],
      attributes: {
        N: { kind: 'int', value: 2 },
        T: type(DT.int32),
        Tidx: type(DT.int32),
      },
    },
    {
      name: 'noted',
      op: 'XlaDynamicUpdateSlice',
      inputs: ['results', 'result:output:0', 'place:output:0'],
      attributes,
    },
  ];
}

export function sourceOf(source: ReadonlyMap<number, string>, id: number, user: string): string {
  const found = source.get(id);
  if (found === undefined) throw new Error(`${user} uses a value that is not in the recording`);
  return found;
}

/** `output:k` for every output of an operation, flattened as eager execution returns them. */
function outputNames(op: RecordedOp): string[] {
  return (operations[op.op]?.outputs ?? []).flatMap(([name, counted]) => {
    if (counted === undefined) return [`${name}:0`];
    const attribute = op.attributes[counted];
    const length =
      attribute?.kind === 'int'
        ? attribute.value
        : attribute?.kind === 'types'
          ? attribute.value.length
          : op.outputs.length;
    return Array.from({ length }, (_, index) => `${name}:${index}`);
  });
}
