import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capabilitiesOf, engineName } from '../../shared/engines/engineCatalog';
import type { Explanation } from '../../shared/explain/explanation';
import { sourceNames, type ExplainedOperation } from '../../shared/explain/explanation';
import { firstOperation, pathFrom, type FirstOperation } from '../../shared/explain/firstOperation';
import { reasonFor } from '../../shared/explain/reason';
import { stepTraceSchema, traceFiles, type StepTrace } from '../../shared/explain/stepTrace';
import { tensorDifference } from '../../shared/compare/tensorDifference';
import { AppError } from '../../shared/lib/appError';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { recordedDifference } from '../../shared/runs/divergence/recorded';
import type { RunEvidence } from '../../shared/runs/run';
import { readRun } from '../runs/readRun';
import { trainAgain, type TrainAgainPorts } from '../training/trainAgain';
import { tracedValues } from './tracedValues';

export interface ExplainPorts extends TrainAgainPorts {
  readonly onPhase: (phase: string) => void;
}

type Pair<T> = readonly [T, T];

/**
 * Finds the first step at which two runs part, trains both again up to it, each as it was, and names the
 * first operation of that step whose result differs while its inputs are equal.
 *
 * @returns null if nothing that they recorded differs
 * @throws {AppError} bad-run-folder, not-traceable where an engine cannot be looked into, stopped
 */
export async function explainRuns(
  folders: Pair<string>,
  ports: ExplainPorts,
): Promise<Explanation | null> {
  const runs = folders.map(readRun) as [RunEvidence, RunEvidence];
  const { recorded } = compareRuns(...runs);
  if (recorded === null) return null;
  for (const { manifest } of runs) {
    if (capabilitiesOf(manifest.engine.mode).canNameTensor) continue;
    throw new AppError(
      'not-traceable',
      `The operations of ${engineName(manifest.engine.mode)} cannot be looked into yet.`,
      'Compare runs of TensorFlow.js, or see "lab compare" for the first step and kind of difference.',
    );
  }
  const place = mkdtempSync(join(tmpdir(), 'twintrain-explain-'));
  try {
    const { step, again } = await findStep(folders, runs, recorded, place, ports);
    const traced = await trained('traced', folders, runs, place, ports, {
      step,
      hashesFrom: step,
      isTraced: true,
    });
    ports.onPhase('Aligning the operations');
    const traces = traced.map(({ folder }) => traceIn(folder)) as [StepTrace, StepTrace];
    const first = firstOperation(...traces);
    const notes = traced.flatMap(({ run }, index) =>
      notReproduced(run, again[index as 0 | 1], step, index),
    );
    if (first === null) throw fused(step, notes);
    const values = traced.map(({ folder }) => join(folder, traceFiles.values)) as [string, string];
    return explanation(first, traces, values, runs, step, notes);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The step whose result is the first to differ, and both runs trained again up to it as they were. */
async function findStep(
  folders: Pair<string>,
  [a, b]: Pair<RunEvidence>,
  recorded: NonNullable<ReturnType<typeof recordedDifference>>,
  place: string,
  ports: ExplainPorts,
) {
  const last = Math.max(1, recorded.step);
  const others = new Map(b.weightHashes.map(({ step, sha256 }) => [step, sha256]));
  const equal = a.weightHashes.filter(
    ({ step, sha256 }) => step < last && others.get(step) === sha256,
  );
  const hashesFrom = (equal.at(-1)?.step ?? 0) + 1;
  const how = { step: last, hashesFrom, isTraced: false };
  const again = await trained('again', folders, [a, b], place, ports, how);
  const runs = again.map(({ run }) => run) as [RunEvidence, RunEvidence];
  const found = recordedDifference(...runs) ?? recorded;
  return { step: Math.max(1, Math.min(found.step, last)), again: runs };
}

/** @throws {AppError} bad-run-folder if one is not reproducible here */
async function trained(
  name: string,
  folders: Pair<string>,
  runs: Pair<RunEvidence>,
  place: string,
  ports: ExplainPorts,
  how: { readonly step: number; readonly hashesFrom: number; readonly isTraced: boolean },
) {
  const made = [];
  for (const [index, folder] of folders.entries()) {
    const which = index === 0 ? 'first' : 'second';
    ports.onPhase(
      how.isTraced
        ? `Observing step ${how.step} of the ${which} run`
        : `Training the ${which} run again up to step ${how.step}`,
    );
    const own = { ...how, place: join(place, name, String(index)) };
    const result = await trainAgain(runs[index as 0 | 1], folder, own, ports);
    if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
    if (typeof result === 'string') {
      throw new AppError(
        'bad-run-folder',
        `The ${which} run is not reproducible here, so its operations cannot be looked at: ${result}`,
        'Explain runs on the machine and with the versions that they were recorded with.',
      );
    }
    made.push(result);
  }
  return made;
}

function traceIn(folder: string): StepTrace {
  return stepTraceSchema.parse(JSON.parse(readFileSync(join(folder, traceFiles.trace), 'utf8')));
}

/** A step that was computed operation by operation may round otherwise than the compiled one. */
function notReproduced(
  traced: RunEvidence,
  again: RunEvidence,
  step: number,
  index: number,
): string[] {
  const isSameLoss = Object.is(traced.losses[step - 1], again.losses[step - 1]);
  const hash = (run: RunEvidence) => run.weightHashes.find((own) => own.step === step)?.sha256;
  if (isSameLoss && hash(traced) === hash(again)) return [];
  const which = index === 0 ? 'first' : 'second';
  return [
    `Observed operation by operation, step ${step} of the ${which} run (${again.manifest.engine.mode}) does not give the bits that it recorded: its compiled program joins operations that were observed apart, so the difference is made inside this group.`,
  ];
}

/** Operation by operation both give the same: the difference is made by how a program was compiled. */
function fused(step: number, notes: readonly string[]): AppError {
  return new AppError(
    'not-traceable',
    `Operation by operation, step ${step} is the same in both runs: the difference is made inside compiled programs, which cannot be looked into. ${notes.join(' ')}`.trim(),
    'Train both with --engine eager to see whether they part there.',
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
      ? { entries: 0, differing: 0, maxAbsolute: 0, maxRelative: 0, maxUlp: 0 }
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
      notes,
    };
  }
  const { a: own, b: other, output } = first;
  const value = own.outputs[output] ?? -1;
  const operation: ExplainedOperation = {
    op: own.op,
    name: own.role === null ? `${own.layer ?? own.pass}/${own.op}` : `${own.layer}/${own.role}`,
    layer: own.layer,
    call: own.call,
    pass: own.pass,
    inputsEqual: first.kind === 'operation',
    shape: a.values[value]?.shape ?? [],
    ...withoutAbsolute(apart(value, other.outputs[output] ?? -1)),
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
    // What a step is while it is observed need not be what it was.
    certainty: first.kind === 'group' || notes.length > 0 ? 'group' : 'operation',
    reason: reasonFor(first, manifests, constants),
    path: pathFrom(a, b, own),
    notes,
  };
}

function withoutAbsolute({
  maxAbsolute: _,
  ...rest
}: ReturnType<typeof tensorDifference>): Omit<ReturnType<typeof tensorDifference>, 'maxAbsolute'> {
  return rest;
}

const MOST_NUMBERS = 4;

function numbersText(values: Float32Array | null): string {
  if (values === null) return 'none';
  const shown = [...values.subarray(0, MOST_NUMBERS)].map((own) => String(own)).join(', ');
  return values.length > MOST_NUMBERS ? `${shown}, …` : shown;
}
