import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { joined, separated } from './joinedState';
import { sourceOf, stepNodes, type CompiledMode } from './loopGraph';
import { nativeBackend, nativeId, type NativeTensor } from './nativeBackend';
import { branchOf, callOf, constant, placeholder } from './nodes';
import { variablesOf, type StepProgram } from './program';
import type { RecordedStep } from './traceStep';
import { DT, encodeSavedModel, type FunctionBody, type Node } from './wire';

/** A value of a program after its one step. */
export interface ObservedValue extends NativeTensor {
  /** As the program knows it. */
  readonly program: number;
}

const READABLE: ReadonlySet<number> = new Set([DT.float32, DT.int32, DT.bool]);

/**
 * Runs a compiled step once with every operation's output returned, which keeps the compiler from joining
 * operations whose results would then be lost. Variables get their new values.
 *
 * @param inputs one tensor for each of the program's inputs
 * @param numbers the value of each number
 * @param note called with every value while it exists
 * @returns what the step returned
 */
export function runObserved(
  { program, variables }: RecordedStep,
  inputs: readonly tf.Tensor[],
  numbers: readonly number[],
  mode: CompiledMode,
  note: (value: ObservedValue) => void,
): Float32Array {
  const backend = nativeBackend();
  const { nodes, functions, inputNames, fetched } = graphOf(program, numbers, mode);
  const folder = mkdtempSync(join(tmpdir(), 'observed-step-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(nodes, functions));
    const model = backend.binding.loadSavedModel(folder, 'serve');
    try {
      return tf.tidy(() => {
        const outputs = backend.binding.runSavedModel(
          model,
          [...inputs, ...variables].map((tensor) => nativeId(backend, tensor)),
          inputNames.join(),
          fetched.map((_, index) => `call:${index}`).join(),
        );
        let result = new Float32Array();
        outputs.forEach((output, index) => {
          const what = fetched[index];
          if (what?.kind === 'value') {
            note({ ...output, program: what.id });
            if (what.id === program.result.id) {
              result = (backend.binding.tensorDataSync(output.id) as Float32Array).slice();
            }
            backend.binding.deleteTensor(output.id);
          } else {
            const value = backend.createOutputTensor(output);
            if (what !== undefined) variables[what.variable]?.assign(value);
          }
        });
        return result;
      }) as unknown as Float32Array;
    } finally {
      backend.binding.deleteSavedModel(model);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Fetched =
  | { readonly kind: 'value'; readonly id: number }
  | { readonly kind: 'variable'; readonly variable: number };

function graphOf(program: StepProgram, numbers: readonly number[], mode: CompiledMode) {
  const given = [
    ...program.inputs.map(({ dtype, shape }, index) => ({ name: `input${index}`, dtype, shape })),
    ...variablesOf(program).map(({ variable, dtype, shape }) => ({
      name: `variable${variable}`,
      dtype,
      shape,
    })),
  ];
  const nodes: Node[] = [];
  const source = new Map<number, string>();
  program.inputs.forEach(({ id }, index) => source.set(id, `input${index}`));
  program.state.forEach((state, index) => {
    source.set(state.before, joined({ ...state, name: `state${index}` }, state.parts, nodes));
  });
  program.numbers.forEach(({ id, number, isNegated }, index) => {
    const value = (isNegated ? -1 : 1) * (numbers[number] ?? 0);
    const bytes = new Uint8Array(Float32Array.of(value).buffer);
    nodes.push(constant(`number${index}`, DT.float32, [], bytes));
    source.set(id, `number${index}:output:0`);
  });
  nodes.push(...stepNodes(program, source));
  const outputs: { readonly dtype: number; readonly from: string }[] = [];
  const fetched: Fetched[] = [];
  const values = program.ops.flatMap((op) => op.outputs).filter(({ dtype }) => READABLE.has(dtype));
  for (const { id, dtype } of values) {
    outputs.push({ dtype, from: sourceOf(source, id, 'an output') });
    fetched.push({ kind: 'value', id });
  }
  program.state.forEach((state, index) => {
    if (state.before === state.after) return;
    const from = sourceOf(source, state.after, 'the state');
    const pieces = separated({ ...state, name: `end${index}` }, from, state.parts, nodes);
    state.parts.forEach(({ variable }, at) => {
      outputs.push({ dtype: state.dtype, from: pieces[at] as string });
      fetched.push({ kind: 'variable', variable });
    });
  });
  const step: FunctionBody = {
    name: 'step',
    inputs: given,
    outputs: outputs.map(({ dtype, from }, index) => ({ name: `out${index}`, dtype, from })),
    nodes,
  };
  const types = outputs.map(({ dtype }) => dtype);
  return {
    nodes: [
      ...given.map(({ name, dtype, shape }) => placeholder(name, dtype, shape)),
      ...(mode === 'xla'
        ? [callOf('step', given, types, true)]
        : [constant('always', DT.bool, [], Uint8Array.of(1)), branchOf('step', given, types)]),
    ],
    functions: [step],
    inputNames: given.map(({ name }) => name),
    fetched,
  };
}
