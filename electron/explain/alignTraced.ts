import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Explanation } from '../../shared/explain/explanation';
import { sourceNames, type ExplainedOperation } from '../../shared/explain/explanation';
import { firstOperation, pathFrom, type FirstOperation } from '../../shared/explain/firstOperation';
import { reasonFor } from '../../shared/explain/reason';
import { engineOf } from '../../shared/engines/engineCatalog';
import { stepTraceSchema, traceFiles, type StepTrace } from '../../shared/explain/stepTrace';
import { tensorDifference } from '../../shared/compare/tensorDifference';
import { AppError } from '../../shared/lib/appError';
import type { RunEvidence } from '../../shared/runs/run';
import { readRun } from '../runs/readRun';
import { tracedValues } from './tracedValues';

type Pair<T> = readonly [T, T];

/** Two runs that were trained again up to a step, by their folders. */
export interface TracedPair {
  /** With the last step observed. */
  readonly traced: Pair<string>;
  /** As they were. */
  readonly again: Pair<string>;
  readonly step: number;
}

/**
 * Names the first operation of a step whose result differs between two observed runs.
 * @throws {AppError} not-traceable if they differ only inside compiled programs
 */
export function alignTraced({ traced, again, step }: TracedPair): Explanation {
  const traces = traced.map(traceIn) as [StepTrace, StepTrace];
  const runs = traced.map(readRun) as [RunEvidence, RunEvidence];
  const first = firstOperation(...traces);
  const notes = noteOf(runs, again.map(readRun) as [RunEvidence, RunEvidence], step);
  if (first === null) throw fused(runs, step, notes);
  const values = traced.map((folder) => join(folder, traceFiles.values)) as [string, string];
  return explanation(first, traces, values, runs, step, notes);
}

function traceIn(folder: string): StepTrace {
  return stepTraceSchema.parse(JSON.parse(readFileSync(join(folder, traceFiles.trace), 'utf8')));
}

/** A step that was computed operation by operation may round otherwise than the compiled one. */
function noteOf(traced: Pair<RunEvidence>, again: Pair<RunEvidence>, step: number): string[] {
  const off = traced.flatMap((own, index) => {
    const run = again[index as 0 | 1];
    if (isReproduced(own, run, step)) return [];
    return `${index === 0 ? 'first' : 'second'} run (${run.manifest.engine.mode})`;
  });
  if (off.length === 0) return [];
  const whose = off.length === 1 ? `the ${off[0]}` : `the ${off.join(' and of the ')}`;
  return [
    `Observed operation by operation, step ${step} of ${whose} does not give the bits that were recorded: compiled programs join operations that were observed apart. The difference is made there or in what is compiled together with it.`,
  ];
}

function isReproduced(traced: RunEvidence, again: RunEvidence, step: number): boolean {
  const hash = (run: RunEvidence) => run.weightHashes.find((own) => own.step === step)?.sha256;
  const isSameLoss = Object.is(traced.losses[step - 1], again.losses[step - 1]);
  return isSameLoss && (hash(again) === undefined || hash(traced) === hash(again));
}

/** Operation by operation both give the same: the difference is made by how a program was compiled. */
function fused(runs: Pair<RunEvidence>, step: number, notes: readonly string[]): AppError {
  const isTfjs = runs.every(({ manifest }) => engineOf(manifest.engine.mode) === 'tfjs');
  return new AppError(
    'not-traceable',
    `Operation by operation, step ${step} is the same in both runs: the difference is made inside compiled programs, which cannot be looked into. ${notes.join(' ')}`.trim(),
    isTfjs
      ? 'Train both with --engine eager to see whether they part there.'
      : 'Train both with --engine keras-torch or eager, which compile nothing, to see whether they part there.',
  );
}

function explanation(
  first: FirstOperation,
  [a, b]: Pair<StepTrace>,
  files: Pair<string>,
  runs: Pair<RunEvidence>,
  step: number,
  notes: readonly string[],
): Explanation {
  const manifests = [runs[0].manifest, runs[1].manifest] as const;
  const apart = (x: number, y: number): ReturnType<typeof tensorDifference> => {
    const [own, its] = [tracedValues(files[0], a, x), tracedValues(files[1], b, y)];
    return own === null || its === null || own.length !== its.length
      ? noDifference
      : tensorDifference(own, its);
  };
  if (first.kind === 'source') {
    const { kind, name, value } = first.a;
    const operation: ExplainedOperation = {
      op: sourceNames[kind],
      name,
      layer: kind === 'weight' ? (name.split('/')[0] ?? null) : null,
      call: 0,
      pass: 'start',
      inputsEqual: true,
      shape: a.values[value]?.shape ?? [],
      ...withoutAbsolute(apart(value, first.b.value)),
    };
    // The weights before the first step are nobody's step.
    const at = kind === 'weight' && step === 1 ? 0 : step;
    const reason = reasonFor(first, manifests, null);
    return {
      step: at,
      operation,
      certainty: 'operation',
      reason,
      path: pathFrom(a, b, null),
      settings: [],
      notes,
    };
  }
  const isAlone = first.kind === 'alone';
  const own = isAlone ? first.op : first.a;
  const made = own.outputs[first.output] ?? -1;
  const from = isAlone && !first.isFirst ? b : a;
  const difference = isAlone
    ? { ...noDifference, entries: sizeOf(from, made) }
    : apart(made, first.b.outputs[first.output] ?? -1);
  const operation: ExplainedOperation = {
    op: own.op,
    name: own.role === null ? `${own.layer ?? own.pass}/${own.op}` : `${own.layer}/${own.role}`,
    layer: own.layer,
    call: own.call,
    pass: own.pass,
    inputsEqual: first.kind === 'operation',
    shape: from.values[made]?.shape ?? [],
    ...withoutAbsolute(difference),
  };
  const constants =
    first.kind === 'constant' && first.values !== null
      ? ([
          numbersText(tracedValues(files[0], a, first.values[0])),
          numbersText(tracedValues(files[1], b, first.values[1])),
        ] as const)
      : null;
  return {
    step,
    operation,
    // What a step rounds to while it is observed need not be what it was; another number is another number.
    certainty:
      first.kind === 'group' ||
      isAlone ||
      engineOf(manifests[0].engine.mode) !== engineOf(manifests[1].engine.mode) ||
      (first.kind !== 'constant' && (notes.length > 0 || own.isApart === true || isLoop(own.op)))
        ? 'group'
        : 'operation',
    reason: reasonFor(first, manifests, constants),
    path: pathFrom(a, b, own),
    settings: [],
    notes: isAlone
      ? [
          ...notes,
          `Only the ${first.isFirst ? 'first' : 'second'} run computes such a value there.`,
        ]
      : notes,
  };
}

const noDifference = { entries: 0, differing: 0, maxAbsolute: 0, maxRelative: 0, maxUlp: 0 };

function sizeOf({ values }: StepTrace, value: number): number {
  return values[value]?.shape.reduce((product, length) => product * length, 1) ?? 0;
}

function withoutAbsolute({
  maxAbsolute: _,
  ...rest
}: ReturnType<typeof tensorDifference>): Omit<ReturnType<typeof tensorDifference>, 'maxAbsolute'> {
  return rest;
}

/** Many operations in one. */
function isLoop(op: string): boolean {
  return ['scan', 'while', 'cond'].includes(op);
}

const MOST_NUMBERS = 4;

function numbersText(values: Float32Array | null): string {
  if (values === null) return 'none';
  const shown = [...values.subarray(0, MOST_NUMBERS)].map((own) => String(own)).join(', ');
  return values.length > MOST_NUMBERS ? `${shown}, …` : shown;
}
