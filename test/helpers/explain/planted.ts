import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npyBytes } from '../../../electron/data/npyBytes';
import { childEnvironment } from '../../../electron/engines/tfjs/childEnvironment';
import { alignTraced } from '../../../electron/explain/alignTraced';
import { explainRuns } from '../../../electron/explain/explainRuns';
import { readRun } from '../../../electron/runs/readRun';
import { readSnapshot } from '../../../electron/runs/snapshot';
import { startScript } from '../../../electron/training/trainerHost';
import { pipedTrainer, type SpawnTrainer } from '../../../electron/training/trainerProcess';
import {
  asSubclass,
  architectureSchema,
  type Architecture,
  type SequentialArchitecture,
} from '../../../shared/architecture/architecture';
import { dropoutCalls } from '../../../shared/architecture/dropoutCalls';
import type { KerasBackend } from '../../../shared/engines/keras';
import { isMove } from '../../../shared/explain/operationKinds';
import type { TfjsMode } from '../../../shared/engines/tfjs';
import type { Explanation } from '../../../shared/explain/explanation';
import { stepTraceSchema, traceFiles, type StepTrace } from '../../../shared/explain/stepTrace';
import { normal } from '../../../shared/random/distributions';
import { streamFor, type Generator } from '../../../shared/random/streams';
import { encodeSafetensors, decodeSafetensors } from '../../../shared/runs/safetensors';
import { runFiles } from '../../../shared/runs/runFiles';
import { recordingSchema } from '../../../shared/training/recording';
import type { Script } from '../../../shared/training/script';
import { trainingSchema } from '../../../shared/training/trainingConfig';
import { distFolder } from '../lab';
import { kerasSpawnWith } from './plantedKeras';
import { examples, usualKinds } from '../layerExamples';
import { vocabularyOf } from '../trainHere';
import { randomBranches, randomSequential } from '../randomArchitecture';

const hook = fileURLToPath(new URL('./plant.cjs', import.meta.url));
const entry = `${distFolder}/electron/trainer.cjs`;
/** Rows, batch and epochs. */
const small = { rows: 40, batch: 8, epochs: 2 };
const large = { rows: 512, batch: 256, epochs: 1 };
const STEPS = (small.epochs * small.rows) / small.batch;

/** What a training process of the second run is made to do; as plant.cjs reads it. */
export type Plant =
  | { readonly kind: 'operation'; readonly op: string; readonly shape: string }
  | { readonly kind: 'rows' | 'seeds'; readonly shape: string; readonly step: number };

/** A backend of Keras and the Python that has it. */
export interface PlantedKeras {
  readonly backend: KerasBackend;
  readonly executable: string;
}

/** Trains runs whose id is `planted` with a plant, all others as they are. */
function spawnWith(plant: Plant | null, keras: PlantedKeras | null): SpawnTrainer {
  if (keras !== null) return kerasSpawnWith(keras.executable, plant);
  return (script, request) => {
    const env = childEnvironment(script, request);
    const own = script.models.a;
    if (plant === null || own?.runId !== 'planted') {
      return pipedTrainer(process.execPath, [entry], env);
    }
    // A training that goes on from a state counts its steps from there.
    const before = request === 'resume' ? (readSnapshot(own.folder)?.place.step ?? 0) : 0;
    const from = 'step' in plant ? { ...plant, step: plant.step - before } : plant;
    return pipedTrainer(process.execPath, ['--require', hook, entry], {
      ...env,
      TWINTRAIN_TEST_PLANT: JSON.stringify(from),
    });
  };
}

/** A network and rows for it; every third has a layer of each kind in turn. */
export function networkOf(seed: number): Architecture {
  const kind = usualKinds[Math.floor(seed / 3) % usualKinds.length] as (typeof usualKinds)[0];
  const example = examples[kind];
  switch (seed % 3) {
    case 0: {
      const { inputShape, fields = {}, before = [], after = [] } = example;
      const layers = [
        ...before,
        { id: 'own', kind, ...fields },
        ...after,
        { id: 'output', kind: 'dense', units: 3, activation: 'softmax' },
      ];
      const sequential = architectureSchema.parse({ style: 'sequential', inputShape, layers });
      return sequential;
    }
    case 1:
      return asSubclass(randomSequential(seed, 4, 'usual'));
    default:
      return randomBranches(seed, 'usual');
  }
}

/** Networks that are large enough for threads and libraries to add up in other orders. */
function largeNetwork(seed: number): Architecture {
  const draw = streamFor(`large ${seed}`, { purpose: 'shuffle', epoch: 0 });
  const of = <T>(...from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;
  const isImage = draw() < 0.6;
  const layers = isImage
    ? [
        { id: 'conv1', kind: 'conv2d', filters: of(16, 32), kernelSize: [3, 3], padding: 'same' },
        ...(draw() < 0.5 ? [{ id: 'norm', kind: 'batchNormalization' }] : []),
        {
          id: 'conv2',
          kind: 'conv2d',
          filters: of(16, 32, 48),
          kernelSize: [3, 3],
          activation: 'relu',
        },
        ...(draw() < 0.5 ? [{ id: 'pool', kind: of('maxPooling2d', 'averagePooling2d') }] : []),
        { id: 'flat', kind: 'flatten' },
      ]
    : [
        { id: 'dense1', kind: 'dense', units: of(128, 256), activation: of('relu', 'tanh') },
        ...(draw() < 0.5 ? [{ id: 'norm', kind: 'layerNormalization' }] : []),
        { id: 'dense2', kind: 'dense', units: of(128, 192), activation: 'relu' },
      ];
  const sequential = architectureSchema.parse({
    style: 'sequential',
    inputShape: isImage ? [8, 8, 2] : [96],
    layers: [...layers, { id: 'output', kind: 'dense', units: 3, activation: 'softmax' }],
  }) as SequentialArchitecture;
  return draw() < 0.5 ? sequential : asSubclass(sequential);
}

export interface PlantedCase {
  readonly name: string;
  /** Null where it is as expected. */
  readonly problem: string | null;
  readonly explanation: Explanation | null;
}

/** Operations of eager steps that add up many numbers. */
const SUMS = /MatMul|Conv2D|Depthwise|Sum|Mean|BiasAddGrad|BatchNorm|AvgPool|Softmax/;

function whyNot(explanation: Explanation | null, isEager: boolean): string | null {
  if (explanation === null) return 'nothing found';
  const { op, pass, inputsEqual, differing } = explanation.operation;
  if (pass === 'start') return `found ${op}`;
  if (explanation.certainty === 'group') return isEager ? 'a group of eager operations' : null;
  if (!inputsEqual) return 'its inputs differ';
  if (differing === 0) return 'no entry differs';
  return isEager && !SUMS.test(op) ? `${op} adds nothing up` : null;
}

/** What adds Adam's epsilon. */
const additions: Readonly<Record<KerasBackend, string>> = {
  jax: 'add',
  tensorflow: 'AddV2',
  torch: 'aten._foreach_add.Scalar',
};

/**
 * What only moves values; what changes its input, whose result is not a new value; and what JAX computes
 * others with.
 */
function isNotPlanted(op: string): boolean {
  return isMove(op) || /_(\.\w+)?$|VariableOp$|^add(_any)?$/.test(op);
}

/** Whether two runs have the same losses and final weights, bit for bit. */
function areSame(a: string, b: string): boolean {
  const [own, its] = [readRun(a), readRun(b)];
  return (
    own.losses.every((loss, at) => Object.is(loss, its.losses[at])) &&
    own.finalWeights?.every(({ sha256 }, at) => sha256 === its.finalWeights?.[at]?.sha256) === true
  );
}

/** Runs one case in a folder of its own. */
export class Planted {
  readonly #folder: string;
  readonly #seed: number;
  readonly #draw: Generator;
  readonly architecture: Architecture;
  readonly #size: typeof small;

  readonly #keras: PlantedKeras | null;

  /**
   * @param isLarge for what shows only in large sums
   * @param keras trains with it; null with TensorFlow.js
   */
  constructor(folder: string, seed: number, isLarge = false, keras: PlantedKeras | null = null) {
    this.#keras = keras;
    this.#size = isLarge ? large : small;
    this.#folder = folder;
    this.#seed = seed;
    this.#draw = streamFor(`planted ${seed}`, { purpose: 'shuffle', epoch: 0 });
    this.architecture = isLarge ? largeNetwork(seed) : networkOf(seed);
    mkdirSync(folder, { recursive: true });
    this.#writeData();
  }

  whole(below: number): number {
    return Math.floor(this.#draw() * below);
  }

  script(id: string, changes: Partial<Script> = {}, asked: TfjsMode = 'eager'): Script {
    const mode = this.#keras === null ? asked : (`keras-${this.#keras.backend}` as const);
    return {
      protocol: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      actions: [
        { do: 'build', model: 'a' },
        { do: 'fit', model: 'a' },
      ],
      models: {
        a: { runId: id, folder: join(this.#folder, id), architecture: this.architecture },
      },
      training: trainingSchema.parse({ epochs: this.#size.epochs, batchSize: this.#size.batch }),
      randomness: { regime: 'controlled', seed: String(this.#seed) },
      recording: recordingSchema.parse({}),
      environment: { threads: 1, onednn: false },
      engine: { asked: mode, mode },
      data: {
        kind: 'npy',
        path: join(this.#folder, 'x.npy'),
        labels: join(this.#folder, 'y.npy'),
        standardise: false,
      },
      datasetsFolder: `${distFolder}/datasets`,
      initialWeights: null,
      ...changes,
    };
  }

  async train(script: Script, plant: Plant | null = null): Promise<string> {
    await startScript(script, spawnWith(plant, this.#keras), () => {}).done;
    return script.models.a?.folder ?? '';
  }

  async explained(a: string, b: string, plant: Plant | null = null): Promise<Explanation | null> {
    return explainRuns([a, b], {
      spawn: spawnWith(plant, this.#keras),
      ready: async () => {},
      datasetsFolder: `${distFolder}/datasets`,
      signal: new AbortController().signal,
      align: alignTraced,
      onPhase: () => {},
    });
  }

  /** The first step of a run, by itself. */
  async traceOf(script: Script): Promise<StepTrace> {
    const folder = join(this.#folder, 'trace');
    const models = { a: { ...(script.models.a as NonNullable<Script['models']['a']>), folder } };
    await this.train({ ...script, models, until: { model: 'a', step: 1, isTraced: true } });
    return stepTraceSchema.parse(JSON.parse(readFileSync(join(folder, traceFiles.trace), 'utf8')));
  }

  /** One weight off by one unit in the last place from the start. */
  async weight(): Promise<PlantedCase> {
    const first = await this.train(this.script('first'));
    const tensors = decodeSafetensors(
      new Uint8Array(readFileSync(join(first, runFiles.initialWeights))),
    );
    const at = this.whole(tensors.length);
    const { name = '' } = tensors[at] ?? {};
    const plain = join(this.#folder, 'plain.safetensors');
    writeFileSync(plain, encodeSafetensors(tensors));
    const bits = new Int32Array((tensors[at]?.values ?? new Float32Array(1)).buffer);
    const entry = this.whole(bits.length);
    bits[entry] = (bits[entry] ?? 0) + 1;
    const off = join(this.#folder, 'off.safetensors');
    writeFileSync(off, encodeSafetensors(tensors));
    const a = await this.train(this.script('a', { initialWeights: plain }));
    const b = await this.train(this.script('b', { initialWeights: off }));
    return this.#judged(`one ULP of ${name}`, await this.explained(a, b), {
      step: 0,
      op: 'Weights',
      name,
      differing: 1,
      maxUlp: 1,
    });
  }

  /** Two rows of one batch swapped. */
  async rows(): Promise<PlantedCase | null> {
    const step = 1 + this.whole(STEPS);
    const plant = { kind: 'rows', shape: String(small.batch), step } as const;
    return this.#planted(`two rows swapped in step ${step}`, plant, { step, op: 'Batch' });
  }

  /** Another learning rate from a late step on. */
  async lateRate(step: number): Promise<PlantedCase> {
    const of = (decayRate: number) =>
      trainingSchema.parse({
        epochs: Math.ceil((step * small.batch) / small.rows) + 1,
        batchSize: small.batch,
        schedule: { kind: 'exponentialDecay', decaySteps: step - 1, decayRate, staircase: true },
      });
    const a = await this.train(this.script('a', { training: of(0.5) }));
    const b = await this.train(this.script('b', { training: of(0.25) }));
    const explanation = await this.explained(a, b);
    return this.#judged(`another rate from step ${step} on`, explanation, { step, op: 'Rate' });
  }

  /** Another seed for one step of dropout; null without dropout. */
  async seeds(): Promise<PlantedCase | null> {
    const calls = dropoutCalls(this.architecture).length;
    if (calls === 0) return null;
    const step = 1 + this.whole(STEPS);
    const plant = { kind: 'seeds', shape: `${calls},2`, step } as const;
    // Keras' generators are given their seeds before the first step.
    const at = this.#keras === null ? step : 1;
    return this.#planted(`another dropout seed in step ${at}`, plant, { step: at, op: 'Seeds' });
  }

  /** Another epsilon of Adam: the number is given to the update of the first weight. */
  async epsilon(): Promise<PlantedCase> {
    const a = await this.train(this.script('a'));
    const optimiser = { kind: 'adam', epsilon: 1e-5 } as const;
    const { epochs, batch: batchSize } = this.#size;
    const training = trainingSchema.parse({ epochs, batchSize, optimiser });
    const b = await this.train(this.script('b', { training }));
    return this.#judged('another epsilon', await this.explained(a, b), {
      step: 1,
      op: this.#keras === null ? 'Add' : additions[this.#keras.backend],
      pass: 'update',
      inputsEqual: false,
    });
  }

  /** One operation computes something else wherever it makes a value of one shape. */
  async operation(): Promise<PlantedCase | null> {
    const script = this.script('a');
    const a = await this.train(script);
    const trace = await this.traceOf(script);
    const shapeOf = (value = -1) => trace.values[value]?.shape.join() ?? '';
    const fit = trace.ops.filter(
      ({ op, outputs }) => !isNotPlanted(op) && trace.values[outputs[0] ?? -1]?.dtype === 'float32',
    );
    for (let attempt = 0; attempt < 6; attempt++) {
      const chosen = fit[this.whole(fit.length)];
      if (chosen === undefined) return null;
      const shape = shapeOf(chosen.outputs[0]);
      const plant = { kind: 'operation', op: chosen.op, shape } as const;
      const b = await this.train(this.script('planted'), plant);
      // An operation whose result nothing uses, such as an input's gradient, changes nothing.
      if (areSame(a, b)) continue;
      const expected = trace.ops.find(
        ({ op, outputs: [output = -1] }) =>
          op === chosen.op &&
          shapeOf(output) === shape &&
          trace.values[output]?.dtype === 'float32',
      );
      const { op = '', layer = null, call = 0, pass = 'start' } = expected ?? {};
      const name = `${op} [${shape}] of ${layer ?? pass}`;
      return this.#judged(`another result of ${name}`, await this.explained(a, b, plant), {
        step: 1,
        op,
        layer,
        call,
        pass,
        inputsEqual: true,
      });
    }
    return null;
  }

  /** The same run twice, in both styles where it has two. */
  async nothing(mode: TfjsMode): Promise<PlantedCase> {
    const a = await this.train(this.script('a', {}, mode));
    const architecture =
      this.architecture.style === 'sequential' ? asSubclass(this.architecture) : this.architecture;
    const models = { a: { runId: 'b', folder: join(this.#folder, 'b'), architecture } };
    const b = await this.train(this.script('b', { models }, mode));
    const explanation = await this.explained(a, b);
    const problem = explanation === null ? null : `found ${JSON.stringify(explanation.operation)}`;
    return { name: `nothing (${mode})`, problem, explanation };
  }

  /**
   * Another environment. Which operation it shows in is not known before: it must be one with equal inputs,
   * for threads and oneDNN one that adds up. Null if it has no effect on anything that is recorded.
   */
  async environment(what: 'threads' | 'oneDNN' | 'graph' | 'xla'): Promise<PlantedCase | null> {
    const a = await this.train(this.script('a'));
    const mode = what === 'graph' || what === 'xla' ? what : 'eager';
    const environment = { threads: what === 'threads' ? 2 : 1, onednn: what === 'oneDNN' };
    const b = await this.train(this.script('b', { environment }, mode));
    if (areSame(a, b)) return null;
    const explanation = await this.explained(a, b);
    return {
      name: what,
      problem: whyNot(explanation, mode === 'eager' && this.#keras === null),
      explanation,
    };
  }

  /** Null if it has no effect on anything that is recorded. */
  async #planted(
    name: string,
    plant: Plant,
    expected: Readonly<Record<string, unknown>>,
  ): Promise<PlantedCase | null> {
    const a = await this.train(this.script('a'));
    const b = await this.train(this.script('planted'), plant);
    if (areSame(a, b)) return null;
    return this.#judged(name, await this.explained(a, b, plant), expected);
  }

  #judged(
    name: string,
    explanation: Explanation | null,
    expected: Readonly<Record<string, unknown>>,
  ): PlantedCase {
    const found: Readonly<Record<string, unknown>> =
      explanation === null ? {} : { ...explanation.operation, step: explanation.step };
    const wrong = Object.entries(expected).filter(([key, value]) => found[key] !== value);
    const problem =
      explanation === null
        ? 'nothing found'
        : wrong.length === 0
          ? null
          : wrong.map(([key, value]) => `${key} is ${found[key]}, not ${value}`).join('; ');
    return { name, problem, explanation };
  }

  #writeData(): void {
    const { inputShape } = this.architecture;
    const { rows } = this.#size;
    const size = inputShape.reduce((product, length) => product * length, 1);
    const vocabulary = vocabularyOf(this.architecture);
    const x = Array.from({ length: rows * size }, () =>
      vocabulary === null ? normal(this.#draw) : this.whole(vocabulary),
    );
    const y = Array.from({ length: rows }, (_, row) => row % 3);
    writeFileSync(join(this.#folder, 'x.npy'), npyBytes('<f4', [rows, ...inputShape], x));
    writeFileSync(join(this.#folder, 'y.npy'), npyBytes('<i4', [rows], y));
  }
}
