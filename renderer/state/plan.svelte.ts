import type { Architecture } from '../../shared/architecture/architecture';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import { fittedToTarget } from '../../shared/training/targetFit';
import type { ChosenFiles } from '../../shared/data/chosen';
import type { Template } from '../../shared/architecture/templates';
import type { z } from 'zod';
import { fieldProblem, issueText } from '../../shared/lib/issueText';
import { planSchema, projectSchema, type Project } from '../../shared/training/projectFile';
import {
  scheduleSchema,
  type LearningRateSchedule,
} from '../../shared/training/learningRateSchedule';
import {
  callbacksSchema,
  type CallbackConfig,
} from '../../shared/training/callbacks/callbackConfig';
import { recordingSchema } from '../../shared/training/recording';
import {
  optimiserSchema,
  trainingSchema,
  type OptimiserConfig,
  type TrainingConfig,
} from '../../shared/training/trainingConfig';
import { ChosenData } from './chosenData.svelte';
import type { LossKind } from '../../shared/training/lossTable';
import type { MetricKind } from '../../shared/training/metricTable';
import type { EngineChoice } from '../../shared/engines/engineCatalog';

type OptimiserKind = OptimiserConfig['kind'];

/** Settings that come with a new network. */
export interface NewNetwork {
  /** Built-in data; null leaves what is chosen. */
  readonly data: Template['data'] | null;
  readonly initialWeights: string | null;
  readonly fromLogits: boolean;
  /** Of a template that is trained in its own way. */
  readonly training?: Template['training'];
}

/** How the network is to be trained: the form as the user left it, valid or not. */
export class Plan {
  name = $state('network');
  readonly data = new ChosenData();
  optimiser = $state.raw<OptimiserConfig>(optimiserSchema.parse({ kind: 'adam' }));
  loss = $state<LossKind>('categoricalCrossentropy');
  fromLogits = $state(false);
  metrics = $state.raw<readonly MetricKind[]>(['accuracy']);
  batchSize = $state<number | null>(32);
  epochs = $state<number | null>(10);
  #validationSplit = $state<number | null>(0.2);
  validationFrom = $state<TrainingConfig['validationFrom']>('end');
  augmentation = $state.raw<TrainingConfig['augmentation']>(null);
  classWeights = $state.raw<TrainingConfig['classWeights']>('none');
  callbacks = $state.raw<CallbackConfig>(callbacksSchema.parse({}));
  seed = $state('0');
  regime = $state<'controlled' | 'global'>('controlled');
  hasInitialiserSeeds = $state(false);
  threads = $state<number | null>(1);
  onednn = $state(false);
  engine = $state<EngineChoice>('auto');

  schedule = $state.raw<LearningRateSchedule>({ kind: 'constant' });
  /** A file of weights to start from; null draws them. */
  initialWeights = $state<string | null>(null);
  /** The last valid settings, for the draft that is kept while a field is invalid. */
  #lastGood: Settings | null = null;
  /** Can be set in the project file only. */
  #recording = $state.raw<Project['recording']>(recordingSchema.parse({}));

  useOptimiser(kind: OptimiserKind): void {
    this.optimiser = optimiserSchema.parse({ kind });
  }

  /** @returns why the value is refused, or null */
  setOptimiserField(field: string, value: unknown): string | null {
    const parsed = optimiserSchema.safeParse({ ...this.optimiser, [field]: value });
    if (!parsed.success) return fieldProblem(parsed.error);
    this.optimiser = parsed.data;
    return null;
  }

  useSchedule(kind: LearningRateSchedule['kind']): void {
    const parsed = scheduleSchema.safeParse({ kind, ...scheduleStarters[kind] });
    if (parsed.success) this.schedule = parsed.data;
  }

  /** @returns why the value is refused, or null */
  setScheduleField(field: string, value: unknown): string | null {
    const parsed = scheduleSchema.safeParse({ ...this.schedule, [field]: value });
    if (!parsed.success) return fieldProblem(parsed.error);
    this.schedule = parsed.data;
    return null;
  }

  /** Shown to 12 digits, so that a share such as 0.07 is not 7.000000000000001; kept as it was given. */
  get validationPercent(): number | null {
    return this.#validationSplit === null
      ? null
      : Number((this.#validationSplit * 100).toPrecision(12));
  }
  set validationPercent(percent: number | null) {
    this.#validationSplit = percent === null ? null : percent / 100;
  }

  toggleMetric(kind: MetricKind): void {
    this.metrics = this.metrics.includes(kind)
      ? this.metrics.filter((own) => own !== kind)
      : [...this.metrics, kind];
  }

  /** What is wrong with which field; empty if all are valid. */
  readonly problems: ReadonlyMap<string, string> = $derived.by(() => {
    const result = planSchema.safeParse(this.#settings);
    const problems = new Map<string, string>();
    for (const issue of result.error?.issues ?? []) {
      const field = String(issue.path[0] === 'data' ? 'data' : issue.path.at(-1));
      const said = field === 'data' ? this.data.toChoose : messages[field];
      if (!problems.has(field)) problems.set(field, said ?? `It ${issueText(issue)}.`);
    }
    return problems;
  });
  /** The training settings; null while one of them is invalid. */
  readonly training: TrainingConfig | null = $derived(
    trainingSchema.safeParse(this.#settings.training).data ?? null,
  );
  /** The form as text, to see whether it changed. */
  readonly text = $derived(JSON.stringify(this.#settings));

  /** The project of these networks; null while a field is not valid. */
  projectOf(architectures: readonly Architecture[], canvas: Project['canvas']): Project | null {
    const result = projectSchema.safeParse({
      twintrain: 'project',
      version: 1,
      architectures,
      canvas,
      ...this.#settings,
    });
    return result.success ? result.data : null;
  }

  /**
   * As `projectOf`, for the next start: an invalid field has its last valid value, so that the
   * other fields are not lost because of it.
   */
  projectToKeep(architectures: readonly Architecture[], canvas: Project['canvas']): Project | null {
    const whole = this.projectOf(architectures, canvas);
    if (whole !== null) {
      this.#lastGood = whole;
      return whole;
    }
    const good = this.#lastGood ?? starting;
    const now = this.#settings;
    const training = kept(trainingSchema.shape, now.training, good.training);
    const settings = kept(planSchema.shape, { ...now, training }, good);
    const project = { twintrain: 'project', version: 1, architectures, canvas, ...settings };
    return projectSchema.safeParse(project).data ?? null;
  }

  get #settings() {
    return {
      name: this.name,
      training: {
        optimiser: this.optimiser,
        loss: this.loss,
        fromLogits: this.fromLogits,
        schedule: this.schedule,
        metrics: this.metrics,
        batchSize: this.batchSize,
        epochs: this.epochs,
        validationSplit: this.#validationSplit ?? NaN,
        validationFrom: this.validationFrom,
        augmentation: this.augmentation,
        callbacks: this.callbacks,
        classWeights: this.classWeights,
      },
      environment: { threads: this.threads, onednn: this.onednn },
      recording: this.#recording,
      engine: this.engine,
      randomness: {
        regime: this.regime,
        seed: this.seed,
        ...(this.regime === 'global'
          ? { initialiserSeeds: this.hasInitialiserSeeds ? 'explicit' : 'none' }
          : {}),
      },
      data: this.data.typed,
      initialWeights: this.initialWeights,
    };
  }

  /** As a new project begins. */
  reset(): void {
    this.open(starting, {});
  }

  useNetwork({ data, initialWeights, fromLogits, training }: NewNetwork): void {
    if (data !== null) this.data.choice = data;
    this.initialWeights = initialWeights;
    this.fromLogits = fromLogits;
    if (training === undefined) return;
    this.loss = training.loss;
    this.metrics = [];
    this.validationPercent = 0;
    this.batchSize = training.batchSize;
    this.epochs = training.epochs;
  }

  /** Loss, metrics, class weights and split that go with the data. */
  fitToTarget(data: DataFacts): void {
    const fitted = fittedToTarget(
      {
        loss: this.loss,
        metrics: this.metrics,
        validationFrom: this.validationFrom,
        classWeights: this.classWeights,
      },
      data,
    );
    this.loss = fitted.loss;
    this.metrics = fitted.metrics;
    this.validationFrom = fitted.validationFrom;
    this.classWeights = fitted.classWeights;
  }

  /** Uses a project's training settings. Data files that could not be read stay named in it. */
  open(
    { name, training, environment, recording, engine, randomness, data, initialWeights }: Settings,
    files: ChosenFiles,
  ): void {
    this.name = name;
    this.#recording = recording;
    this.initialWeights = initialWeights;
    this.optimiser = training.optimiser;
    this.schedule = training.schedule;
    this.loss = training.loss;
    this.fromLogits = training.fromLogits;
    this.metrics = training.metrics;
    this.batchSize = training.batchSize;
    this.epochs = training.epochs;
    this.#validationSplit = training.validationSplit;
    this.validationFrom = training.validationFrom;
    this.augmentation = training.augmentation;
    this.callbacks = training.callbacks;
    this.classWeights = training.classWeights;
    this.threads = environment.threads;
    this.onednn = environment.onednn;
    this.engine = engine;
    this.regime = randomness.regime;
    this.seed = randomness.seed;
    this.hasInitialiserSeeds =
      randomness.regime === 'global' && randomness.initialiserSeeds === 'explicit';
    this.data.open(data, files);
  }
}

/** Every field that its schema accepts; for the others, the previous value. */
function kept(
  shape: Readonly<Record<string, z.ZodType>>,
  now: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      schema.safeParse(now[name]).success ? now[name] : before[name],
    ]),
  );
}

/** How a project is trained: everything except the network. */
type Settings = z.infer<typeof planSchema>;

/** What a new project begins with. */
const starting: Settings = planSchema.parse({
  name: 'network',
  training: { metrics: ['accuracy'], validationSplit: 0.2 },
  randomness: { regime: 'controlled', seed: '0' },
  data: { kind: 'builtin', name: 'iris' },
});

/** What a schedule needs and has no default for. */
const scheduleStarters = {
  constant: {},
  exponentialDecay: { decaySteps: 1_000, decayRate: 0.9 },
  cosineDecay: { decaySteps: 1_000 },
} as const;

const messages: Readonly<Record<string, string>> = {
  seed: 'Any text of 1 to 256 characters.',
  epochs: 'A whole number from 1 to 100,000.',
  batchSize: 'A whole number from 1 to 1,048,576.',
  validationSplit: 'From 0 to less than 100 percent.',
  threads: 'A whole number from 1 to 1,024.',
};
