import type { Architecture } from '../../../shared/architecture/architecture';
import { type Outcome } from '../../../shared/runs/run';
import { outOfMemoryError } from '../../../shared/training/outOfMemory';
import { totalSteps } from '../../../shared/training/trainingConfig';
import { updateRates } from '../../../shared/training/updateRates';
import type { TfjsMode } from '../../../shared/engines/tfjs';
import type { Script } from '../../../shared/training/script';
import type { WireEvent } from '../../../shared/training/wire';
import { type Dataset } from '../../data/dataset';
import { lockRun } from '../../runs/runLock';
import { makeFolder } from '../../files/writeFolder';
import type { Engine } from './engine/engine';
import { manifestOf, modelOf } from '../../training/manifest';
import {
  assertTrainable,
  datasetOf,
  measuredRows,
  outputsOf,
  trainingDataOf,
  type TrainingData,
} from '../../training/trainingData';
import { chooseMode } from './engine/chooseMode';
import { makeEngine } from './engine/makeEngine';
import { deviceName, recordEnvironment } from './environment';
import type { Control } from './control';
import { fit } from './fit';
import type { Resumption } from './fitJob';
import { join } from 'node:path';
import { PREDICTIONS_FILE } from '../../../shared/training/script';
import { writeWhole } from '../../files/writeFile';
import { assertFits, readGivenWeights } from '../../runs/givenWeights';
import { bytesOfValues } from '../../runs/hashOfValues';
import { batchesOf } from './orders/batches';
import {
  restoreGlobalRandom,
  saveGlobalRandom,
  seedGlobalRandom,
  withoutGlobalRandom,
} from './globalRandom';
import { makeModel } from './models/makeModel';
import { fittingBatch, isOutOfMemory, refusal, type Memory } from './outOfMemory';
import { Frames } from './frames';
import { modeOf } from './modeOf';
import { priorRun } from './priorRun';
import { Recorder } from '../../runs/recorder';

export interface SessionPorts {
  readonly emit: (event: WireEvent) => void;
  readonly control: Control;
  readonly breathe: () => Promise<void>;
  readonly clock: () => number;
  readonly memory: Memory;
  readonly ordersThread: string | null;
}

/**
 * Runs one script from its first action to its last. Models that were fitted stay alive until the
 * end, as they would in a user's own script. A resumed script runs again from the start, but
 * leaves finished runs alone and resumes the interrupted one from its snapshot.
 * @throws {AppError} what keeps the script from starting; a run that fails has that as its outcome
 */
export async function runScript(
  script: Script,
  how: 'start' | 'resume',
  ports: SessionPorts,
): Promise<void> {
  const dataset = await datasetOf(script);
  const data = trainingDataOf(dataset, script.training, outputsOf(script));
  const engines = new Map<string, Engine>();
  for (const action of script.actions) {
    if (ports.control.isStopped(0)) return;
    switch (action.do) {
      // In TensorFlow.js everything draws from one generator, so both actions seed it.
      case 'seed':
      case 'reset':
        seedGlobalRandom(script.randomness.seed);
        break;
      case 'build': {
        const { architecture } = modelOf(script, action.model);
        assertTrainable(architecture, dataset);
        const engine = await guarded(script, async () =>
          makeEngine(
            modeOf(script),
            makeModel(architecture, script.randomness),
            script.training,
            ports.clock,
          ),
        );
        engines.set(action.model, engine);
        break;
      }
      case 'fit': {
        const engine = engines.get(action.model);
        if (engine === undefined)
          throw new Error(`Model ${action.model} is trained before it is built`);
        const folder = makeFolder(modelOf(script, action.model).folder);
        const unlock = lockRun(folder);
        try {
          const outcome = await fitOrKeep(script, action.model, engine, dataset, data, how, ports);
          if (outcome === 'stopped') return;
        } finally {
          unlock();
        }
        break;
      }
    }
  }
  for (const engine of engines.values()) engine.dispose();
}

/** Trains a model, unless the script is resumed and its run is finished. @returns how the run ended */
async function fitOrKeep(
  script: Script,
  name: 'a' | 'b',
  engine: Engine,
  dataset: Dataset,
  data: TrainingData,
  how: 'start' | 'resume',
  ports: SessionPorts,
): Promise<Outcome['status']> {
  const { folder, runId } = modelOf(script, name);
  const ran = recordEnvironment(engine.name, script.environment);
  const before = how === 'resume' ? priorRun(folder, ran, dataset.sha256) : null;
  if (before !== null && 'outcome' in before) {
    // The rest of the script starts where this run left the shared generator.
    if (before.globalRandom !== null) restoreGlobalRandom(before.globalRandom);
    ports.emit({ type: 'run-ended', run: runId, outcome: before.outcome });
    return 'finished';
  }
  if (script.until?.model === name) ports.control.stop(script.until.step);
  const { status } = await fitModel(script, name, engine, dataset, data, before, ports);
  return status;
}

/**
 * The faster compiled mode for the script's first model. The process is thrown away afterwards, so
 * that nothing measured or drawn here affects a run.
 */
export async function chooseScriptMode(
  script: Script,
  { clock, memory }: Pick<SessionPorts, 'clock' | 'memory'>,
): Promise<'graph' | 'xla'> {
  const { training } = script;
  const { dataset, all } = await measuredRows(script);
  const { architecture } = modelOf(script, script.models.a === undefined ? 'b' : 'a');
  assertTrainable(architecture, dataset);
  const isPart = dataset.rows < all.rows;
  const measured = isPart ? { ...training, validationSplit: 0 } : training;
  const data = {
    ...trainingDataOf(dataset, measured, outputsOf(script)),
    inputShape: architecture.inputShape,
  };
  return guarded(script, async () => {
    try {
      return chooseMode({
        data,
        batchSize: training.batchSize,
        rates: updateRates(training)(1),
        steps: totalSteps(training, all),
        clock,
        engine: (mode) =>
          makeEngine(mode, makeModel(architecture, script.randomness), training, clock),
      });
    } catch (error) {
      throw explained(error, script, 'graph', architecture, data, { clock, memory });
    }
  });
}

/** What the script's first model outputs for its rows, with the weights that it is given. */
export async function predictRows(
  script: Script,
  which: 'held-out' | 'all',
  { clock }: Pick<SessionPorts, 'clock'>,
): Promise<void> {
  const { architecture, data } = await firstModel(script);
  const { folder } = modelOf(script, script.models.a === undefined ? 'b' : 'a');
  const { training, randomness, initialWeights } = script;
  const engine = makeEngine('eager', makeModel(architecture, randomness), training, clock);
  try {
    engine.build(data);
    if (initialWeights !== null) {
      const given = readGivenWeights(initialWeights);
      assertFits(given, engine.readWeights());
      engine.writeWeights(given.weights);
    }
    const first = which === 'all' ? 0 : data.rows;
    const count = data.rows + data.validationRows - first;
    const rows = Uint32Array.from({ length: count }, (_, row) => first + row);
    const outputs = engine.predict(batchesOf(rows, training.batchSize));
    writeWhole(join(makeFolder(folder), PREDICTIONS_FILE), bytesOfValues(outputs));
  } finally {
    engine.dispose();
  }
}

/** As `fittingBatch`, for the script's first model; used after the system killed the process. */
export async function findBatch(
  script: Script,
  ports: Pick<SessionPorts, 'clock' | 'memory'>,
): Promise<number> {
  const { architecture, data } = await firstModel(script);
  return guarded(script, async () => batchFor(script, modeOf(script), architecture, data, ports));
}

/** @throws {AppError} bad-data, bad-project */
async function firstModel(script: Script) {
  const dataset = await datasetOf(script);
  const { architecture } = modelOf(script, script.models.a === undefined ? 'b' : 'a');
  assertTrainable(architecture, dataset);
  const { inputShape } = architecture;
  return {
    architecture,
    dataset,
    data: { ...trainingDataOf(dataset, script.training, outputsOf(script)), inputShape },
  };
}

function batchFor(
  { training, randomness }: Script,
  mode: TfjsMode,
  architecture: Architecture,
  data: TrainingData,
  { clock, memory }: Pick<SessionPorts, 'clock' | 'memory'>,
): number {
  const train = (batchSize: number) => {
    const own = { ...training, batchSize };
    const engine = makeEngine(mode, makeModel(architecture, randomness), own, clock);
    try {
      engine.build(data);
      const rows = Int32Array.from({ length: batchSize }, (_, row) => row);
      const dropoutSeeds = new Int32Array(engine.dropoutCalls.length * 2);
      engine.run([{ rows, rates: updateRates(training)(1), dropoutSeeds }]);
    } finally {
      engine.dispose();
    }
  };
  // A batch never has more rows than the data.
  return fittingBatch(Math.min(training.batchSize, data.rows), train, memory);
}

/**
 * If memory ran out, the error says which batch size fits; to find out, models are made and
 * thrown away, and the shared generator's state is restored.
 */
function explained(
  error: unknown,
  script: Script,
  mode: TfjsMode,
  architecture: Architecture,
  data: TrainingData,
  ports: Pick<SessionPorts, 'clock' | 'memory'>,
): unknown {
  if (!(error instanceof Error) || !isOutOfMemory(error)) return error;
  const state = script.randomness.regime === 'global' ? saveGlobalRandom() : null;
  try {
    const fitting = batchFor(script, mode, architecture, data, ports);
    const what = refusal(error, script.training.batchSize, deviceName());
    return outOfMemoryError(what, fitting, error);
  } finally {
    if (state !== null) restoreGlobalRandom(state);
  }
}

async function fitModel(
  script: Script,
  name: 'a' | 'b',
  engine: Engine,
  dataset: Dataset,
  data: TrainingData,
  resumption: Resumption | null,
  ports: SessionPorts,
): Promise<Outcome> {
  const until = script.until?.model === name ? script.until : null;
  const given = script.initialWeights === null ? null : readGivenWeights(script.initialWeights);
  const manifest = manifestOf(
    script,
    name,
    dataset,
    given,
    recordEnvironment(engine.name, script.environment),
  );
  const { folder, runId } = modelOf(script, name);
  const recorder =
    resumption === null
      ? Recorder.begin(folder, manifest, script)
      : Recorder.goOn(folder, resumption.manifest);
  ports.emit({
    type: 'run-started',
    run: runId,
    totalSteps: totalSteps(script.training, dataset),
    ran: manifest.ran,
  });
  const frames = new Frames(runId, ports.emit, ports.clock);
  const outcome = await guarded(script, () =>
    fit({
      engine,
      data: { ...data, inputShape: modelOf(script, name).architecture.inputShape },
      recorder,
      training: script.training,
      randomness: script.randomness,
      recording: script.recording,
      resumption,
      given,
      onLosses: (firstStep, losses) => frames.add(firstStep, losses.length),
      onEpoch: (record) => frames.addEpoch(record),
      onCallback: (record) => frames.addCallback(record),
      onPause: (isPaused, step) => {
        frames.flush();
        ports.emit({ type: isPaused ? 'paused' : 'continued', run: runId, step });
      },
      breathe: ports.breathe,
      control: ports.control,
      explain: (error) => {
        if (isOutOfMemory(error)) engine.dispose();
        const { architecture } = modelOf(script, name);
        const own = { ...data, inputShape: architecture.inputShape };
        return explained(error, script, modeOf(script), architecture, own, ports);
      },
      clock: ports.clock,
      ordersThread: ports.ordersThread,
      keepsWeightsAt: until?.keepsWeightsAt ?? [],
      keepsStateAt: until?.keepsStateAt ?? [],
      trace: until?.isTraced === true ? { step: until.step, folder } : null,
    }),
  );
  frames.flush();
  ports.emit({ type: 'run-ended', run: runId, outcome });
  return outcome;
}

/** Blocks `Math.random` during the action under controlled randomness, which never uses it. */
async function guarded<T>(script: Script, action: () => Promise<T>): Promise<T> {
  return script.randomness.regime === 'controlled' ? withoutGlobalRandom(action) : action();
}
