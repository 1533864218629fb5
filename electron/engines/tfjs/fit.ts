import { join } from 'node:path';
import { traceFiles } from '../../../shared/explain/stepTrace';
import { writeWhole } from '../../files/writeFile';
import { augmentedRows, mapsOf } from '../../training/augmentedRows';
import { toWireError } from '../../../shared/lib/appError';
import { jsonLoss } from '../../../shared/protocols/protocolResult';
import type { EpochRecord, Outcome } from '../../../shared/runs/run';
import type { CallbackRecord } from '../../../shared/training/callbacks/callbackRecord';
import { nextHashStep } from '../../../shared/training/recording';
import type { StepFeed } from './engine/engine';
import { EpochCallbacks } from './epochCallbacks';
import { EpochMeans } from './epochMeans';
import type { FitJob, Resumption } from './fitJob';
import { badLoss, takeBadStep } from './firstNotFinite';
import { lossesOf, namedMeans } from './stepResults';
import { restoreGlobalRandom, saveGlobalRandom } from './globalRandom';
import { initialiseFromStreams } from './initialise';
import { batchesOf } from './orders/batches';
import type { DrawnOrder } from './orders/controlledOrder';
import { globalOrders } from './orders/globalOrders';
import { OrdersAhead } from './orders/ordersAhead';
import type { Snapshot, SnapshotPlace } from '../../runs/snapshot';
import { stepFeeds } from './stepFeeds';
import { orderBefore, stepsBefore, useGiven } from './goOn';

/**
 * Trains one model to its end, records everything on the way, and says how it ended. A stop takes
 * effect at a step's boundary; what was trained until then stays recorded.
 */
export async function fit(job: FitJob): Promise<Outcome> {
  const run = new Fitting(job);
  const { recorder } = job;
  try {
    const isComplete = await run.train();
    run.finishWeights(isComplete);
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
  readonly #callbacks: EpochCallbacks;
  /** Epochs of an earlier training whose random numbers are gone on with. */
  readonly #epochsBefore: number;

  constructor(job: FitJob) {
    this.#job = job;
    this.#stepsPerEpoch = Math.ceil(job.data.rows / job.training.batchSize);
    this.#epochsBefore = Math.floor(stepsBefore(job.given).masks / this.#stepsPerEpoch);
    const { randomness, data, resumption, ordersThread } = job;
    const ahead =
      randomness.regime === 'controlled'
        ? new OrdersAhead(randomness.seed, data.rows, ordersThread)
        : null;
    this.#ahead = ahead;
    this.#orderOf = ahead
      ? (epoch) => ahead.take(epoch + this.#epochsBefore)
      : globalOrders(data.rows, resumption?.order ?? orderBefore(job.given));
    this.#startedAt = job.clock();
    this.#snapshotAt = this.#startedAt;
    const place = resumption?.snapshot.place;
    const best = resumption?.snapshot.best ?? { restore: null, keep: null };
    const remembered = place?.callbacks;
    this.#callbacks = new EpochCallbacks(
      job.training,
      remembered ? { state: remembered, best } : null,
    );
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
    const { training, resumption, control, recorder, given } = this.#job;
    if (resumption !== null) this.#restore(resumption);
    else if (given?.state?.globalRandom) restoreGlobalRandom(given.state.globalRandom);
    const steps = training.epochs * this.#stepsPerEpoch;
    while (this.#step < steps && !this.#callbacks.isStopped) {
      if (this.#means === null) this.#beginEpoch(this.#step);
      await this.#job.breathe();
      if (control.isPaused(this.#step)) await this.#pause();
      if (control.isStopped(this.#step)) return false;
      this.#trainPart(Math.min(this.#stepsUntilBoundary(), steps - this.#step));
      if (this.#keepsState) recorder.stateAt(this.#step, this.#state());
      if (this.#step < steps && this.#isSnapshotDue()) this.snapshot();
    }
    return true;
  }

  /** Puts the best weights back if the training is over, and records the last ones and the best. */
  finishWeights(isComplete: boolean): void {
    const { engine, recorder } = this.#job;
    const { best, bestEpoch } = this.#callbacks;
    const epoch = Math.ceil(this.#step / this.#stepsPerEpoch);
    if (isComplete && best.restore !== null) {
      engine.writeWeights(best.restore);
      if (bestEpoch < epoch) {
        this.#tell({ did: 'restored-best', epoch, step: this.#step, bestEpoch });
      }
    }
    recorder.finalWeights(engine.readWeights());
    if (best.keep !== null) recorder.bestWeights(best.keep);
  }

  #tell(record: CallbackRecord): void {
    this.#job.recorder.callback(record);
    this.#job.onCallback(record);
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
      ...(this.#callbacks.state && { callbacks: this.#callbacks.state }),
    };
    return {
      place,
      ...(!isFinished && { best: this.#callbacks.best }),
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
    const { engine, data, training, randomness, recorder, resumption, given } = this.#job;
    // As in `fit`, the order is drawn first: a subclass builds its weights only with the first batch.
    const epoch = before / this.#stepsPerEpoch + 1;
    const { rows, sha256, stream, streamState } = this.#orderOf(epoch);
    const firstStep = before + 1;
    recorder.epochOrder({ epoch, firstStep, rows: rows.length, sha256, stream, streamState }, rows);
    if (before === 0 && resumption === null) {
      engine.build(data);
      if (randomness.regime === 'controlled') initialiseFromStreams(engine, randomness.seed);
      if (given !== null) useGiven(engine, given);
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
    const number = epoch + this.#epochsBefore;
    const maps = mapsOf(augmentation, data.inputShape, data.rows, randomness.seed, number);
    engine.useInputs(augmentedRows(data.inputs, data.inputShape, maps));
  }

  /**
   * What the next steps are given. A call may run past the end of an epoch, since epochs may have only a
   * few steps; but not if the network is evaluated there.
   */
  #nextFeeds(count: number): StepFeed[] {
    const { engine, data, training, randomness } = this.#job;
    this.#feedOf ??= stepFeeds(
      randomness,
      this.#callbacks.training,
      engine.dropoutCalls,
      stepsBefore(this.#job.given),
    );
    const feeds: StepFeed[] = [];
    for (let step = this.#step; feeds.length < count; step++) {
      const at = step % this.#stepsPerEpoch;
      if (at === 0 && feeds.length > 0) {
        // The rows of this call are evaluated, or changed, before the next epoch.
        if (data.validationRows > 0 || data.changesInputs || this.#callbacks.areAny) break;
        this.#beginEpoch(step);
      }
      feeds.push(this.#feedOf(step + 1, this.#batches[at] as Int32Array));
    }
    // The next call is likely to be as long as this one.
    const epochAfter = (steps: number) => Math.ceil((this.#step + steps) / this.#stepsPerEpoch);
    const next = epochAfter(feeds.length) + 1;
    const epochs = epochAfter(2 * feeds.length) + 1 - next;
    const before = this.#epochsBefore;
    this.#ahead?.expect(next + before, epochs, training.epochs + before);
    return feeds;
  }

  #trainPart(count: number): void {
    const { engine, training } = this.#job;
    const before = training.callbacks.stopOnNaN ? this.#state() : null;
    const feeds = this.#nextFeeds(count);
    const results = this.#isTraced ? this.#traced(feeds) : engine.run(feeds);
    const bad = before === null ? -1 : badLoss(results, engine.width);
    if (before === null || bad < 0) this.#record(feeds, results);
    else this.#stopAt(bad, before, results);
  }

  /** Goes back to before the call and on to the step whose loss is not finite, and ends the training there. */
  #stopAt(bad: number, before: Snapshot, results: Float32Array): void {
    const { engine } = this.#job;
    engine.writeWeights(before.weights);
    engine.writeSlots(before.slots);
    if (before.place.globalRandom !== null) restoreGlobalRandom(before.place.globalRandom);
    const feeds = this.#nextFeeds(bad + 1);
    if (bad > 0) engine.run(feeds.slice(0, bad));
    const step = this.#step + bad + 1;
    const tensor = takeBadStep(engine, feeds[bad] as StepFeed, step);
    this.#record(feeds, results.slice(0, (bad + 1) * engine.width));
    const value = jsonLoss(results[bad * engine.width]) ?? 'NaN';
    const epoch = Math.ceil(step / this.#stepsPerEpoch);
    this.#callbacks.stop();
    this.#tell({ did: 'stopped-on-nan', epoch, step, value, tensor });
  }

  #record(feeds: readonly StepFeed[], results: Float32Array): void {
    const { engine, recorder, recording, onLosses } = this.#job;
    const { width } = engine;
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
    const training = namedMeans(this.#job, this.#means);
    this.#means = null;
    const epoch = this.#step / this.#stepsPerEpoch;
    const record = { epoch, lastStep: this.#step, training, validation: this.#validate() };
    recorder.epoch(record);
    onEpoch(record);
    const did = this.#callbacks.endEpoch(record, () => this.#job.engine.readWeights());
    // The next steps have another rate.
    if (did.some((own) => own.did === 'reduced-rate')) this.#feedOf = null;
    for (const own of did) this.#tell(own);
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
    return namedMeans(this.#job, means);
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
