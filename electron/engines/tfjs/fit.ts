import { join } from 'node:path';
import { traceFiles } from '../../../shared/explain/stepTrace';
import { writeWhole } from '../../files/writeFile';
import { augmentedRows, mapsOf } from '../../training/augmentedRows';
import type { TrainingData } from '../../training/trainingData';
import { toWireError } from '../../../shared/lib/appError';
import { jsonLoss } from '../../../shared/protocols/protocolResult';
import type { EpochRecord, Outcome, RunManifest } from '../../../shared/runs/run';
import { nextHashStep, type Recording } from '../../../shared/training/recording';
import type { Randomness, TrainingConfig } from '../../../shared/training/trainingConfig';
import type { Control } from './control';
import type { WeightValues } from '../../runs/weightValues';
import type { Engine, StepFeed } from './engine/engine';
import { epochValues } from './engine/metrics';
import { EpochMeans } from './epochMeans';
import { restoreGlobalRandom, saveGlobalRandom } from './globalRandom';
import { assertFits } from '../../runs/givenWeights';
import { initialiseFromStreams } from './initialise';
import { batchesOf } from './orders/batches';
import type { DrawnOrder } from './orders/controlledOrder';
import { globalOrders } from './orders/globalOrders';
import { OrdersAhead } from './orders/ordersAhead';
import type { Recorder } from '../../runs/recorder';
import type { Snapshot, SnapshotPlace } from '../../runs/snapshot';
import { stepFeeds } from './stepFeeds';

/** Where to resume a run. */
export interface Resumption {
  readonly snapshot: Snapshot;
  /** The last row order drawn before the snapshot. */
  readonly order: Uint32Array | null;
  /** As the run began. */
  readonly manifest: RunManifest;
}

export interface FitJob {
  readonly engine: Engine;
  readonly data: TrainingData;
  readonly training: TrainingConfig;
  readonly randomness: Randomness;
  readonly recording: Recording;
  readonly recorder: Recorder;
  readonly resumption: Resumption | null;
  /** Replaces what the initialisers draw; they draw all the same. */
  readonly givenWeights: readonly WeightValues[] | null;
  /** Called after every native call with the losses from `firstStep` (from 1) on. */
  readonly onLosses: (firstStep: number, losses: Float32Array) => void;
  readonly onEpoch: (record: EpochRecord) => void;
  readonly onPause: (isPaused: boolean, step: number) => void;
  /** Lets messages in; called between native calls, which block the thread. */
  readonly breathe: () => Promise<void>;
  readonly control: Control;
  /** Turns an error into a clearer one where it can; the engine cannot be used afterwards. */
  readonly explain: (error: unknown) => unknown;
  /** Monotonic clock in milliseconds. */
  readonly clock: () => number;
  /** The last step, of which every operation is noted in files of the run's folder; null notes none. */
  readonly trace: { readonly step: number; readonly folder: string } | null;
  /** Steps after which the weights are kept in files of their own. */
  readonly keepsWeightsAt: readonly number[];
  /** Steps after which the whole state is kept in a file of its own. */
  readonly keepsStateAt: readonly number[];
  /** Script of the thread that draws orders ahead; null draws them between the native calls. */
  readonly ordersThread: string | null;
}

/**
 * Trains one model to its end, records everything on the way, and says how it ended. A stop takes
 * effect at a step's boundary; what was trained until then stays recorded.
 */
export async function fit(job: FitJob): Promise<Outcome> {
  const run = new Fitting(job);
  const { recorder } = job;
  try {
    const isComplete = await run.train();
    recorder.finalWeights(job.engine.readWeights());
    const outcome = isComplete
      ? run.outcome('finished', null)
      : run.outcome('stopped', {
          code: 'stopped',
          message: 'The run was stopped.',
          remedy: 'Resume it, or run it again from the start.',
        });
    recorder.outcome(outcome);
    run.snapshot(isComplete);
    return outcome;
  } catch (error) {
    const outcome = run.outcome('failed', toWireError(job.explain(error)));
    try {
      recorder.outcome(outcome);
    } catch {
      // A full disk that failed the run also refuses its outcome; the parent gets it all the same.
    }
    return outcome;
  } finally {
    run.close();
    recorder.close();
  }
}

/** One run in progress. */
class Fitting {
  readonly #job: FitJob;
  readonly #stepsPerEpoch: number;
  readonly #startedAt: number;
  readonly #elapsedBefore: number;
  readonly #resumedAfter: readonly number[];
  #step = 0;
  #snapshotAt: number;
  /** Of the epoch whose order was drawn last; null if that epoch is over. */
  #means: EpochMeans | null = null;
  #batches: readonly Int32Array[] = [];
  /** Only under controlled randomness. */
  readonly #ahead: OrdersAhead | null;
  readonly #orderOf: (epoch: number) => DrawnOrder;
  #feedOf: ReturnType<typeof stepFeeds> | null = null;

  constructor(job: FitJob) {
    this.#job = job;
    this.#stepsPerEpoch = Math.ceil(job.data.rows / job.training.batchSize);
    const { randomness, data, resumption, ordersThread } = job;
    const ahead =
      randomness.regime === 'controlled'
        ? new OrdersAhead(randomness.seed, data.rows, ordersThread)
        : null;
    this.#ahead = ahead;
    this.#orderOf = ahead
      ? (epoch) => ahead.take(epoch)
      : globalOrders(data.rows, resumption?.order ?? null);
    this.#startedAt = job.clock();
    this.#snapshotAt = this.#startedAt;
    const place = resumption?.snapshot.place;
    this.#elapsedBefore = place?.elapsedMs ?? 0;
    this.#resumedAfter = place ? [...place.resumedAfter, place.step] : [];
  }

  outcome(status: Outcome['status'], error: Outcome['error']): Outcome {
    return {
      status,
      steps: this.#step,
      elapsedMs: this.#elapsedMs(),
      resumedAfter: [...this.#resumedAfter],
      error,
    };
  }

  /** @returns whether all epochs ran; false when stopped */
  async train(): Promise<boolean> {
    const { training, resumption, control, recorder } = this.#job;
    if (resumption !== null) this.#restore(resumption);
    const steps = training.epochs * this.#stepsPerEpoch;
    while (this.#step < steps) {
      if (this.#means === null) this.#beginEpoch(this.#step);
      await this.#job.breathe();
      if (control.isPaused(this.#step)) await this.#pause();
      if (control.isStopped(this.#step)) return false;
      this.#trainPart(this.#nextFeeds(Math.min(this.#stepsUntilBoundary(), steps - this.#step)));
      if (this.#keepsState) recorder.stateAt(this.#step, this.#state());
      if (this.#step < steps && this.#isSnapshotDue()) this.snapshot();
    }
    return true;
  }

  /** @param isFinished keeps only the place, since nothing is left to train */
  snapshot(isFinished = false): void {
    const { recorder, clock } = this.#job;
    recorder.snapshot(this.#state(isFinished));
    this.#snapshotAt = clock();
  }

  #state(isFinished = false): Snapshot {
    const { engine, randomness } = this.#job;
    const place: SnapshotPlace = {
      format: 1,
      step: this.#step,
      isFinished,
      epochMeans: this.#means?.state() ?? null,
      globalRandom: randomness.regime === 'global' ? saveGlobalRandom() : null,
      elapsedMs: this.#elapsedMs(),
      resumedAfter: [...this.#resumedAfter],
    };
    return {
      place,
      weights: isFinished ? [] : engine.readWeights(),
      slots: isFinished ? [] : engine.readSlots(),
    };
  }

  get #keepsState(): boolean {
    return this.#job.keepsStateAt.includes(this.#step);
  }

  #restore({ snapshot: { place, weights, slots }, order }: Resumption): void {
    const { engine, data } = this.#job;
    engine.build(data);
    engine.writeWeights(weights);
    engine.writeSlots(slots);
    if (place.globalRandom !== null) restoreGlobalRandom(place.globalRandom);
    this.#step = place.step;
    if (place.epochMeans === null || order === null) return;
    this.#means = new EpochMeans(engine.width, place.epochMeans);
    this.#changeInputs(Math.floor(place.step / this.#stepsPerEpoch) + 1);
    this.#batches = batchesOf(order, this.#job.training.batchSize);
  }

  close(): void {
    this.#ahead?.close();
  }

  /** Draws and records an epoch's order. @param before steps before it */
  #beginEpoch(before: number): void {
    const { engine, data, training, randomness, recorder, resumption, givenWeights } = this.#job;
    // As in `fit`, the order is drawn first: a subclass builds its weights only with the first batch.
    const epoch = before / this.#stepsPerEpoch + 1;
    const { rows, sha256, stream, streamState } = this.#orderOf(epoch);
    const firstStep = before + 1;
    recorder.epochOrder({ epoch, firstStep, rows: rows.length, sha256, stream, streamState }, rows);
    if (before === 0 && resumption === null) {
      engine.build(data);
      if (randomness.regime === 'controlled') initialiseFromStreams(engine, randomness.seed);
      if (givenWeights !== null) {
        const own = engine.readWeights();
        assertFits(givenWeights, own);
        const names = new Set(own.map(({ layer, role }) => `${layer}/${role}`));
        engine.writeWeights(
          givenWeights.filter(({ layer, role }) => names.has(`${layer}/${role}`)),
        );
      }
      recorder.initialWeights(engine.readWeights());
    }
    this.#changeInputs(epoch);
    this.#batches = batchesOf(rows, training.batchSize);
    this.#means ??= new EpochMeans(engine.width);
  }

  /** Changes the pictures for an epoch. */
  #changeInputs(epoch: number): void {
    const { engine, data, training, randomness } = this.#job;
    const { augmentation } = training;
    if (augmentation === null) return;
    const maps = mapsOf(augmentation, data.inputShape, data.rows, randomness.seed, epoch);
    engine.useInputs(augmentedRows(data.inputs, data.inputShape, maps));
  }

  /**
   * What the next steps are given. A call may run past the end of an epoch, since epochs may have only a
   * few steps; but not if the network is evaluated there.
   */
  #nextFeeds(count: number): StepFeed[] {
    const { engine, data, training, randomness } = this.#job;
    this.#feedOf ??= stepFeeds(randomness, training, engine.dropoutCalls);
    const feeds: StepFeed[] = [];
    for (let step = this.#step; feeds.length < count; step++) {
      const at = step % this.#stepsPerEpoch;
      if (at === 0 && feeds.length > 0) {
        // The rows of this call are evaluated, or changed, before the next epoch.
        if (data.validationRows > 0 || data.changesInputs) break;
        this.#beginEpoch(step);
      }
      feeds.push(this.#feedOf(step + 1, this.#batches[at] as Int32Array));
    }
    // The next call is likely to be as long as this one.
    const epochAfter = (steps: number) => Math.ceil((this.#step + steps) / this.#stepsPerEpoch);
    const next = epochAfter(feeds.length) + 1;
    const epochs = epochAfter(2 * feeds.length) + 1 - next;
    this.#ahead?.expect(next, epochs, training.epochs);
    return feeds;
  }

  #trainPart(feeds: readonly StepFeed[]): void {
    const { engine, recorder, recording, onLosses } = this.#job;
    const { width } = engine;
    const results = this.#isTraced ? this.#traced(feeds) : engine.run(feeds);
    const losses = lossesOf(results, width);
    this.#recordDropout(feeds);
    recorder.losses(losses);
    onLosses(this.#step + 1, losses);
    feeds.forEach(({ rows }, index) => {
      this.#means ??= new EpochMeans(width);
      this.#means.add(results, index, rows.length);
      this.#step++;
      if (this.#step % this.#stepsPerEpoch === 0) this.#endEpoch();
    });
    if (this.#job.keepsWeightsAt.includes(this.#step)) {
      recorder.weightsAt(this.#step, engine.readWeights());
    }
    if (nextHashStep(recording, this.#step - 1) === this.#step || this.#keepsState) {
      recorder.weightHash(this.#step, engine.readWeights());
    }
  }

  get #isTraced(): boolean {
    return this.#job.trace?.step === this.#step + 1;
  }

  #traced([feed]: readonly StepFeed[]): Float32Array {
    const { engine, trace: to } = this.#job;
    if (to === null || feed === undefined) throw new Error('There is no step to trace');
    const { trace, result } = engine.trace(feed, to.step, join(to.folder, traceFiles.values));
    writeWhole(join(to.folder, traceFiles.trace), JSON.stringify(trace));
    return result;
  }

  /** Controlled seeds follow from run seed, layer and step; only drawn ones are recorded. */
  #recordDropout(feeds: readonly StepFeed[]): void {
    const { engine, randomness, recorder } = this.#job;
    const width = 2 * engine.dropoutCalls.length;
    if (randomness.regime === 'controlled' || width === 0) return;
    const seeds = new Int32Array(feeds.length * width);
    feeds.forEach(({ dropoutSeeds }, index) => seeds.set(dropoutSeeds, index * width));
    recorder.dropoutSeeds(seeds);
  }

  #endEpoch(): void {
    const { recorder, onEpoch } = this.#job;
    const training = this.#named(this.#means);
    this.#means = null;
    const epoch = this.#step / this.#stepsPerEpoch;
    const record = { epoch, lastStep: this.#step, training, validation: this.#validate() };
    recorder.epoch(record);
    onEpoch(record);
  }

  /** Loss and metrics of the validation rows, or null if there are none. */
  #validate(): EpochRecord['validation'] {
    const { engine, data, training } = this.#job;
    if (data.validationRows === 0) return null;
    const rows = Uint32Array.from({ length: data.validationRows }, (_, row) => data.rows + row);
    const batches = batchesOf(rows, training.batchSize);
    const results = engine.evaluate(batches);
    const means = new EpochMeans(engine.width);
    batches.forEach((batch, index) => means.add(results, index, batch.length));
    return this.#named(means);
  }

  #named(means: EpochMeans | null): EpochRecord['training'] {
    const { training, data } = this.#job;
    const values = epochValues(training, data.targetSize, means?.means() ?? [], means?.rows ?? 0);
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, jsonLoss(value) ?? 'NaN']),
    );
  }

  async #pause(): Promise<void> {
    const { control, onPause } = this.#job;
    // Whatever happens in a long pause, the run can be resumed from here.
    this.snapshot();
    onPause(true, this.#step);
    while (control.isPaused(this.#step) && !control.isStopped(this.#step)) await control.woken();
    onPause(false, this.#step);
  }

  /** The engine's preferred number of steps, cut short where something is due at an exact step. */
  #stepsUntilBoundary(): number {
    const { engine, recording, control, trace, keepsWeightsAt, keepsStateAt } = this.#job;
    const { snapshotEvery } = recording;
    return Math.min(
      engine.stepsPerCall,
      // The traced step is a call of its own.
      trace === null || trace.step <= this.#step
        ? Infinity
        : Math.max(1, trace.step - 1 - this.#step),
      nextHashStep(recording, this.#step) - this.#step,
      Math.min(...[...keepsWeightsAt, ...keepsStateAt].filter((own) => own > this.#step)) -
        this.#step,
      'steps' in snapshotEvery
        ? snapshotEvery.steps - (this.#step % snapshotEvery.steps)
        : Infinity,
      control.stepsLeft(this.#step),
    );
  }

  #isSnapshotDue(): boolean {
    const { recording, clock } = this.#job;
    const { snapshotEvery } = recording;
    return 'steps' in snapshotEvery
      ? this.#step % snapshotEvery.steps === 0
      : clock() - this.#snapshotAt >= snapshotEvery.seconds * 1_000;
  }

  #elapsedMs(): number {
    return this.#elapsedBefore + Math.round(this.#job.clock() - this.#startedAt);
  }
}

/** @param results row-major [steps, width], the loss first; @returns [steps] */
function lossesOf(results: Float32Array, width: number): Float32Array {
  return width === 1 ? results : results.filter((_, index) => index % width === 0);
}
