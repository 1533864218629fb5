import { canonicalJson } from '../../lib/canonicalJson';
import { streamLabel } from '../../random/streamLabel';
import type { EpochOrder, RunEvidence, RunManifest, TensorRecord, WeightHash } from '../run';

export type Verdict = 'exact' | 'different' | 'not_verified';

export interface FirstDifference {
  /** 0 is the state before the first update; updates count from 1. */
  readonly step: number;
  readonly kind: 'initial-weights' | 'batch-order' | 'arithmetic';
  readonly layer: string | null;
  readonly tensor: string | null;
  /** The random stream that gave other numbers; null where no stream did. */
  readonly stream: string | null;
}

export interface Comparison {
  readonly verdict: Verdict;
  /** Why nothing can be said; null unless not_verified. */
  readonly reason: string | null;
  readonly initialWeightsEqual: boolean;
  readonly batchOrderEqual: boolean;
  readonly firstDifference: FirstDifference | null;
  /** Steps that both runs recorded. */
  readonly steps: number;
  /**
   * Some shuffle gave both runs the same order although it was drawn from different states of the
   * generator: chance, as happens with few rows.
   */
  readonly shufflesCoincide: boolean;
  /** What a reader should know besides: coincidences, other environments. */
  readonly notes: readonly string[];
}

/**
 * Compares two runs by all that they recorded: initial weights by hash and layer id, the order of
 * rows by hash, every loss by its bits, weights on the way and at the end by hash. Equal loss curves
 * alone prove nothing, so `exact` needs all of them.
 */
export function compareRuns(a: RunEvidence, b: RunEvidence): Comparison {
  const initial = differingTensor(a.initialWeights, b.initialWeights);
  const order = differingOrder(a, b);
  const steps = Math.min(a.losses.length, b.losses.length);
  const arithmeticStep = earlier(
    differingLoss(a.losses, b.losses, steps),
    differingHash(a.weightHashes, b.weightHashes),
  );
  const final = differingTensor(a.finalWeights, b.finalWeights);
  const isCoincidence = shufflesCoincide(a, b);
  const facts = {
    initialWeightsEqual: a.initialWeights !== null && b.initialWeights !== null && initial === null,
    batchOrderEqual: a.orders.length > 0 && a.orders.length === b.orders.length && order === null,
    steps,
    shufflesCoincide: isCoincidence,
    notes: notesOn(a, b, isCoincidence),
  };
  const incomparable = whyIncomparable(a.manifest, b.manifest);
  if (incomparable !== null) {
    return { verdict: 'not_verified', reason: incomparable, firstDifference: null, ...facts };
  }

  const firstDifference: FirstDifference | null =
    initial !== null
      ? {
          step: 0,
          kind: 'initial-weights',
          ...initial,
          stream: initialiserStream(a.manifest, initial),
        }
      : order !== null
        ? { step: order.step, kind: 'batch-order', layer: null, tensor: null, stream: order.stream }
        : arithmeticStep !== null
          ? { step: arithmeticStep, kind: 'arithmetic', layer: null, tensor: null, stream: null }
          : final !== null
            ? { step: steps, kind: 'arithmetic', ...final, stream: null }
            : null;
  if (firstDifference !== null) {
    return { verdict: 'different', reason: null, firstDifference, ...facts };
  }
  const unfinished = whyUnfinished(a, 'first') ?? whyUnfinished(b, 'second');
  if (unfinished !== null) {
    return { verdict: 'not_verified', reason: unfinished, firstDifference: null, ...facts };
  }
  return { verdict: 'exact', reason: null, firstDifference: null, ...facts };
}

function whyIncomparable(a: RunManifest, b: RunManifest): string | null {
  if (a.data.sha256 !== b.data.sha256) return 'The runs trained on different data.';
  if (canonicalJson({ ...a.training }) !== canonicalJson({ ...b.training })) {
    return 'The runs have different training settings (optimiser, loss, batch size or epochs).';
  }
  return null;
}

function whyUnfinished(run: RunEvidence, which: string): string | null {
  if (run.outcome === null) {
    return `The ${which} run has no outcome: its process died after ${run.losses.length} steps, or it still goes on.`;
  }
  if (run.outcome.status === 'finished') return null;
  const why = run.outcome.error === null ? '' : `: ${run.outcome.error.message}`;
  return `The ${which} run ${run.outcome.status} after ${run.losses.length} steps${why}.`;
}

type TensorKey = { readonly layer: string; readonly tensor: string };

/** The first tensor, in the first run's order, that is not the same in both; null where all are. */
function differingTensor(
  a: readonly TensorRecord[] | null,
  b: readonly TensorRecord[] | null,
): TensorKey | null {
  if (a === null || b === null) return null;
  const key = ({ layer, role }: TensorRecord) => `${layer}/${role}`;
  const others = new Map(b.map((tensor) => [key(tensor), tensor.sha256]));
  const differing =
    a.find((tensor) => others.get(key(tensor)) !== tensor.sha256) ??
    b.find((tensor) => !a.some((own) => key(own) === key(tensor)));
  return differing === undefined ? null : { layer: differing.layer, tensor: differing.role };
}

/** The first step after which both hashed their weights and got other hashes. */
function differingHash(a: readonly WeightHash[], b: readonly WeightHash[]): number | null {
  const others = new Map(b.map(({ step, sha256 }) => [step, sha256]));
  const found = a.find(({ step, sha256 }) => (others.get(step) ?? sha256) !== sha256);
  return found?.step ?? null;
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** The first step whose batch holds other rows, or the same rows in another order. */
function differingOrder(a: RunEvidence, b: RunEvidence): { step: number; stream: string } | null {
  const epochs = Math.min(a.orders.length, b.orders.length);
  for (let index = 0; index < epochs; index++) {
    const own = a.orders[index] as EpochOrder;
    if (own.sha256 === b.orders[index]?.sha256) continue;
    const [left, right] = [a.orderOf(own.epoch), b.orderOf(own.epoch)];
    const row = left?.findIndex((value, place) => value !== right?.[place]) ?? 0;
    const step = own.firstStep + Math.floor(Math.max(row, 0) / a.manifest.training.batchSize);
    return { step, stream: own.stream };
  }
  return null;
}

function differingLoss(a: Float32Array, b: Float32Array, steps: number): number | null {
  const left = new Uint32Array(a.slice(0, steps).buffer);
  const right = new Uint32Array(b.slice(0, steps).buffer);
  const index = left.findIndex((bits, place) => bits !== right[place]);
  return index < 0 ? null : index + 1;
}

function initialiserStream({ randomness }: RunManifest, { layer, tensor }: TensorKey): string {
  if (randomness.regime === 'global' && randomness.initialiserSeeds === 'none') {
    return 'global/initialiser';
  }
  return streamLabel({ purpose: 'initialiser', layer, tensor });
}

/** What of two runs' surroundings is not the same, as sentences. */
export function environmentDifferences(
  { ran: left }: RunManifest,
  { ran: right }: RunManifest,
): string[] {
  return (
    [
      ['TensorFlow', left.engine.tensorflow, right.engine.tensorflow],
      ['device', left.engine.device, right.engine.device],
      ['thread count', left.engine.threads, right.engine.threads],
      ['oneDNN setting', left.engine.onednn, right.engine.onednn],
      ['engine', left.engine.name, right.engine.name],
      ['processor', left.cpu, right.cpu],
    ] as const
  ).flatMap(([what, own, other]) =>
    own === other ? [] : [`The ${what} differs: ${String(own)} and ${String(other)}.`],
  );
}

function notesOn(a: RunEvidence, b: RunEvidence, isCoincidence: boolean): string[] {
  const notes = environmentDifferences(a.manifest, b.manifest);
  if (isCoincidence) {
    notes.push(
      'Shuffles coincide by chance: they were drawn from different states of the generator and gave the same order of rows, as happens with few rows.',
    );
  }
  for (const [run, which] of [
    [a, 'first'],
    [b, 'second'],
  ] as const) {
    const bad = run.losses.findIndex((loss) => !Number.isFinite(loss));
    if (bad >= 0)
      notes.push(`The ${which} run's loss is ${run.losses[bad]} from step ${bad + 1} on.`);
  }
  return notes;
}

function shufflesCoincide(a: RunEvidence, b: RunEvidence): boolean {
  return a.orders.some((own, index) => {
    const other = b.orders[index];
    return (
      own.sha256 === other?.sha256 &&
      own.streamState !== null &&
      other.streamState !== null &&
      own.streamState !== other.streamState
    );
  });
}
