import { factsOfRan, orderNoteOf } from '../../engines/engineCatalog';
import type { RunEvidence, RunManifest } from '../run';
import { decidedDifferences } from './decided';
import type { FirstDifference } from './firstDifference';
import { differingTensor, recordedDifference } from './recorded';

export type Verdict = 'exact' | 'different' | 'not_verified';

export interface Comparison {
  readonly verdict: Verdict;
  /** Why there is no verdict; null unless not_verified. */
  readonly reason: string | null;
  readonly initialWeightsEqual: boolean;
  readonly batchOrderEqual: boolean;
  /** The earliest: the first setting that differs, otherwise the first recorded number that differs. */
  readonly firstDifference: FirstDifference | null;
  /** All differences in network, data and settings, which were fixed before the first draw. */
  readonly decided: readonly FirstDifference[];
  /** The first recorded number that differs, whatever the settings. */
  readonly recorded: FirstDifference | null;
  /** Steps that both runs recorded. */
  readonly steps: number;
  /**
   * Some shuffle gave both runs the same order although it was drawn from different states of the
   * generator: a coincidence, as happens with few rows.
   */
  readonly shufflesCoincide: boolean;
  /**
   * Differences of environment, as sentences: the likely cause if arithmetic is the
   * first to differ, otherwise just information.
   */
  readonly environment: readonly string[];
  /** What else a reader should know, such as coincidences. */
  readonly notes: readonly string[];
}

/**
 * Compares two runs: first what was set for them (network by layer id, data, settings, seeds),
 * then all that they recorded, in order of time. Equal loss curves alone prove nothing, so
 * `exact` needs equal initial weights, orders, dropout, bits of all losses, and weights during training and
 * at the end.
 */
export function compareRuns(a: RunEvidence, b: RunEvidence): Comparison {
  const decided = decidedDifferences(a.manifest, b.manifest);
  const recorded = recordedDifference(a, b);
  const isCoincidence = shufflesCoincide(a, b);
  // Equal row numbers mean different rows in different data, and different batches at another size.
  const isSameOrder =
    !decided.some(isOfBatches) &&
    a.orders.length > 0 &&
    a.orders.length === b.orders.length &&
    a.orders.every(({ sha256 }, place) => sha256 === b.orders[place]?.sha256);
  const facts = {
    initialWeightsEqual:
      a.initialWeights !== null &&
      b.initialWeights !== null &&
      differingTensor(a.initialWeights, b.initialWeights) === null,
    batchOrderEqual: isSameOrder,
    decided,
    recorded,
    steps: Math.min(a.losses.length, b.losses.length),
    shufflesCoincide: isCoincidence,
    environment: environmentDifferences(a.manifest, b.manifest),
    notes: notesOn(a, b, isCoincidence, recorded),
  };
  const unfinished = whyUnfinished(a, 'first') ?? whyUnfinished(b, 'second');
  const isOtherLength = unfinished === null && a.losses.length !== b.losses.length;
  // Different data is a difference even if no number shows it yet.
  const isOther = recorded !== null || isOtherLength || decided.some(({ kind }) => kind === 'data');
  const firstDifference = decided[0] ?? recorded;
  if (isOther && firstDifference !== null) {
    return { verdict: 'different', reason: null, firstDifference, ...facts };
  }
  const reason =
    unfinished ??
    (isOtherLength
      ? `The runs have the same settings but ${a.losses.length} and ${b.losses.length} steps.`
      : null);
  return {
    verdict: reason === null ? 'exact' : 'not_verified',
    reason,
    firstDifference: null,
    ...facts,
  };
}

/** Whether a difference changes which rows a batch holds, apart from their order. */
function isOfBatches({ kind, setting }: FirstDifference): boolean {
  return kind === 'data' || /batchSize|validation/.test(setting ?? '');
}

function whyUnfinished(run: RunEvidence, which: string): string | null {
  if (run.outcome === null) {
    return `The ${which} run has no outcome: its process died after ${run.losses.length} steps, or it is still running.`;
  }
  if (run.outcome.status === 'finished') return null;
  const why = run.outcome.error === null ? '' : `: ${run.outcome.error.message}`;
  return `The ${which} run ${run.outcome.status} after ${run.losses.length} steps${why.replace(/\.$/, '')}.`;
}

/** What differs between two runs' environments, as sentences. */
function environmentDifferences(a: RunManifest, b: RunManifest): string[] {
  const others = new Map(factsOfRan(b.ran).map(({ label, value }) => [label, value]));
  return factsOfRan(a.ran).flatMap(({ label, value }) => {
    const other = others.get(label);
    return other === undefined || other === value
      ? []
      : [`The ${label} differs: ${value} and ${other}.`];
  });
}

function notesOn(
  a: RunEvidence,
  b: RunEvidence,
  isCoincidence: boolean,
  recorded: FirstDifference | null,
): string[] {
  const notes: string[] = [];
  const [first, second] = [scriptOf(a.manifest), scriptOf(b.manifest)];
  if (first !== second) notes.push(`The scripts differ: "${first}" and "${second}".`);
  const [classes, others] = [a, b].map(({ manifest }) => manifest.data.classes.join(', '));
  if (classes !== others && a.manifest.data.sha256 === b.manifest.data.sha256) {
    notes.push(`The same numbers stand for different classes: ${classes} and ${others}.`);
  }
  const orderNote = orderNoteOf(a.manifest.ran);
  if (recorded?.kind === 'batch-order' && orderNote === orderNoteOf(b.manifest.ran)) {
    if (orderNote !== null) notes.push(orderNote);
  }
  const repeating = [a, b].filter(hasOneOrder).length;
  if (repeating > 0) {
    const whose =
      repeating === 2 ? 'both runs' : hasOneOrder(a) ? 'the first run' : 'the second run';
    notes.push(
      `Every epoch has the same order of rows in ${whose}: the shuffle starts from the same state each time, as on Keras with TensorFlow under a global seed.`,
    );
  }
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
      notes.push(
        `The ${which} run's loss is not finite from step ${bad + 1} on (${run.losses[bad]} there).`,
      );
  }
  return notes;
}

/** What the process did, with its models named `a` and `b` in order of appearance. */
function scriptOf({ script }: RunManifest): string {
  const names = new Map<string, string>();
  const named = (model: string) => {
    if (!names.has(model)) names.set(model, names.size === 0 ? 'a' : 'b');
    return names.get(model) as string;
  };
  // An action is "seed", or what is done with a model: "build b".
  return script.actions
    .map((action) => action.replace(/ ([ab])$/, (_, model: string) => ` ${named(model)}`))
    .join(', ');
}

/** Whether all epochs have one order; with more than 8 rows that is hardly by chance. */
function hasOneOrder({ orders }: RunEvidence): boolean {
  return (
    orders.length > 1 &&
    orders.every(({ sha256, rows }) => rows > 8 && sha256 === orders[0]?.sha256)
  );
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
