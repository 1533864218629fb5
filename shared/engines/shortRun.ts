import { definitionOf, weightsOf } from '../architecture/layerCatalog';
import { forwardPlan, type PlannedLayer } from '../architecture/forwardPlan';
import type { Architecture } from '../architecture/architecture';
import type { Shape } from '../architecture/layers/definition';
import { sizeOf } from '../architecture/shape';
import type { CountedRows } from '../training/heldOut';
import { totalSteps, trainedRows, type TrainingConfig } from '../training/trainingConfig';

/** One thread of a slow processor, and what a layer takes besides its arithmetic. */
const OPERATIONS_PER_SECOND = 2e10;
const SECONDS_PER_LAYER_CALL = 3e-4;
/** Compiling twice, to measure and to train, takes longer. */
const SHORT_SECONDS = 3;
/** A multiplication and an addition forwards, and twice as many backwards. */
const OPERATIONS_PER_WEIGHT = 6;

/**
 * Whether a training is over, in the interpreter, before a compiler could pay off on any machine: then
 * there is nothing to measure.
 */
export function isShortRun(
  architecture: Architecture,
  training: TrainingConfig,
  rows: CountedRows,
): boolean {
  const { calls } = forwardPlan(architecture);
  const steps = totalSteps(training, rows);
  const operations =
    OPERATIONS_PER_WEIGHT * sum(calls, weightsUsed) * trainedRows(training, rows) * training.epochs;
  const seconds =
    operations / OPERATIONS_PER_SECOND + steps * sum(calls, timesCalled) * SECONDS_PER_LAYER_CALL;
  return seconds < SHORT_SECONDS;
}

function sum(calls: readonly PlannedLayer[], of: (call: PlannedLayer) => number): number {
  return calls.reduce((total, call) => total + of(call), 0);
}

/** How often weights are used for one row: once at every place of a picture or a sequence. */
function weightsUsed({ spec, inputs, output }: PlannedLayer): number {
  const own = weightsOf(spec, inputs).reduce((total, { shape }) => total + sizeOf(shape), 0);
  return own * Math.max(places(output), ...inputs.map(places));
}

function places(shape: Shape): number {
  return sizeOf(shape.slice(0, -1));
}

/** A recurrent layer is called once for every step of its sequence. */
function timesCalled({ spec, inputs }: PlannedLayer): number {
  return definitionOf(spec.kind).group === 'Recurrent' ? (inputs[0]?.[0] ?? 1) : 1;
}
