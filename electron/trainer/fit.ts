import { toWireError } from '../../shared/lib/appError';
import type { Outcome } from '../../shared/runs/run';
import type { Randomness, TrainingConfig } from '../../shared/training/trainingConfig';
import { hashOfValues } from '../store/hashOfValues';
import { batchesOf, batchOrders } from './batchOrder';
import type { Engine, TrainingData } from './engine/engine';
import { initialiseFromStreams } from './initialise';
import type { Recorder } from './recorder';

export interface FitJob {
  readonly engine: Engine;
  readonly data: TrainingData;
  readonly training: TrainingConfig;
  readonly randomness: Randomness;
  readonly recorder: Recorder;
  /** Called after every native call with the losses from `firstStep` (from 1) on. */
  readonly onLosses: (firstStep: number, losses: Float32Array) => void;
  /** Lets messages in; called between native calls, which block the thread. */
  readonly breathe: () => Promise<void>;
  readonly isStopAsked: () => boolean;
  /** Milliseconds of a steady clock. */
  readonly clock: () => number;
}

/**
 * Trains one model to its end, records everything on the way, and says how it ended. A stop takes
 * effect at the next step boundary; what was trained until then stays recorded.
 */
export async function fit(job: FitJob): Promise<Outcome> {
  const startedAt = job.clock();
  const state = { steps: 0 };
  const end = (status: Outcome['status'], error: Outcome['error']): Outcome => ({
    status,
    steps: state.steps,
    elapsedMs: Math.round(job.clock() - startedAt),
    error,
  });
  try {
    const isComplete = await trainEpochs(job, state);
    job.recorder.finalWeights(job.engine.readWeights());
    const outcome = isComplete
      ? end('finished', null)
      : end('stopped', {
          code: 'stopped',
          message: 'The run was stopped.',
          remedy: 'Run again to train to the end.',
        });
    job.recorder.outcome(outcome);
    return outcome;
  } catch (error) {
    const outcome = end('failed', toWireError(error));
    try {
      job.recorder.outcome(outcome);
    } catch {
      // The disk that failed the run also refuses its outcome; the parent is told all the same.
    }
    return outcome;
  } finally {
    job.recorder.close();
  }
}

/** @returns whether all epochs ran; false when stopped */
async function trainEpochs(job: FitJob, state: { steps: number }): Promise<boolean> {
  const { engine, data, training, randomness, recorder } = job;
  const orderOf = batchOrders(randomness, data.rows);
  for (let epoch = 1; epoch <= training.epochs; epoch++) {
    // As in `fit`, the order is drawn first: a subclass builds its weights only with the first batch.
    const { rows, stream, streamState } = orderOf(epoch);
    const sha256 = hashOfValues(rows);
    const firstStep = state.steps + 1;
    recorder.epochOrder({ epoch, firstStep, rows: rows.length, sha256, stream, streamState }, rows);
    if (epoch === 1) {
      engine.build(data);
      if (randomness.regime === 'controlled') initialiseFromStreams(engine, randomness.seed);
      recorder.initialWeights(engine.readWeights());
    }
    const batches = batchesOf(rows, training.batchSize);
    for (let at = 0; at < batches.length;) {
      await job.breathe();
      if (job.isStopAsked()) return false;
      // Taken once: the engine may change its mind while it runs.
      const part = batches.slice(at, at + engine.stepsPerCall);
      const losses = engine.run(part);
      at += part.length;
      recorder.losses(losses);
      job.onLosses(state.steps + 1, losses);
      state.steps += losses.length;
    }
  }
  return true;
}
