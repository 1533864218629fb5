import type { Architecture } from '../../shared/architecture/architecture';
import type {
  ChosenCsv,
  ChosenFiles,
  ChosenImages,
  ChosenNpy,
  Dropped,
} from '../../shared/ipc/contract';
import type { Template } from '../../shared/architecture/templates';
import type { z } from 'zod';
import { fieldProblem, issueText } from '../../shared/lib/issueText';
import { dataSourceSchema, type DataSource } from '../../shared/runs/run';
import { planSchema, projectSchema, type Project } from '../../shared/training/projectFile';
import {
  scheduleSchema,
  type LearningRateSchedule,
} from '../../shared/training/learningRateSchedule';
import { recordingSchema } from '../../shared/training/recording';
import {
  optimiserSchema,
  trainingSchema,
  type LossKind,
  type MetricKind,
  type OptimiserConfig,
  type TrainingConfig,
} from '../../shared/training/trainingConfig';
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

/** One number per row: labels, as a vector or as a column. */
function isColumn(shape: readonly number[]): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}

/** How the network is to be trained: the form as the user left it, valid or not. */
export class Plan {
  name = $state('network');
  data = $state<Template['data'] | 'csv' | 'npy' | 'images'>('iris');
  /** Of a CSV column or an array: what a row's target is. */
  target = $state<'class' | 'number'>('class');
  npyInputs = $state.raw<ChosenNpy | null>(null);
  npyLabels = $state.raw<ChosenNpy | null>(null);
  images = $state.raw<ChosenImages | null>(null);
  imageWidth = $state<number | null>(null);
  imageHeight = $state<number | null>(null);
  imageChannels = $state<1 | 3>(3);
  csv = $state.raw<ChosenCsv | null>(null);
  label = $state('');
  standardise = $state(true);
  optimiser = $state.raw<OptimiserConfig>(optimiserSchema.parse({ kind: 'adam' }));
  loss = $state<LossKind>('categoricalCrossentropy');
  fromLogits = $state(false);
  metrics = $state.raw<readonly MetricKind[]>(['accuracy']);
  batchSize = $state<number | null>(32);
  epochs = $state<number | null>(10);
  #validationSplit = $state<number | null>(0.2);
  validationFrom = $state<'end' | 'stratified'>('end');
  seed = $state('0');
  regime = $state<'controlled' | 'global'>('controlled');
  hasInitialiserSeeds = $state(false);
  threads = $state<number | null>(1);
  onednn = $state(false);
  engine = $state<EngineChoice>('auto');

  schedule = $state.raw<LearningRateSchedule>({ kind: 'constant' });
  /** A file of weights to start from; null draws them. */
  initialWeights = $state<string | null>(null);
  /** The data of an opened project whose files cannot be read now; a new choice replaces it. */
  #given = $state.raw<DataSource | null>(null);
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
      const said = field === 'data' ? this.dataToChoose : messages[field];
      if (!problems.has(field)) problems.set(field, said ?? `It ${issueText(issue)}.`);
    }
    return problems;
  });
  /** The data source; null until all of it is chosen. */
  readonly source: DataSource | null = $derived(
    dataSourceSchema.safeParse(this.#source).data ?? null,
  );
  /** The training settings; null while one of them is invalid. */
  readonly training: TrainingConfig | null = $derived(
    trainingSchema.safeParse(this.#settings.training).data ?? null,
  );
  /** What of the data is still to be chosen; null where nothing is. */
  readonly dataToChoose: string | null = $derived.by(() => {
    const source = this.#source;
    switch (source.kind) {
      case 'csv':
        if (!source.path) return 'Choose the CSV file.';
        return source.label ? null : 'Choose the label column.';
      case 'npy':
        if (!source.path) return 'Choose the file of the rows.';
        return source.labels ? null : 'Choose the file of the labels.';
      case 'images':
        if (!source.path) return 'Choose the folder of pictures.';
        return Number.isInteger(source.width) && Number.isInteger(source.height)
          ? null
          : 'Give height and width of the pictures as whole numbers.';
      default:
        return null;
    }
  });
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
      data: this.#source,
      initialWeights: this.initialWeights,
    };
  }

  /** As typed: it may lack its file or be wrong. */
  get #source(): Partial<DataSource> {
    const { standardise } = this;
    const target = this.target === 'number' ? ({ target: 'number' } as const) : {};
    const given = this.#given;
    switch (this.data) {
      case 'csv': {
        const path = this.csv?.path ?? (given?.kind === 'csv' ? given.path : '');
        return { kind: 'csv', path, label: this.label, standardise, ...target };
      }
      case 'npy': {
        const before = given?.kind === 'npy' ? given : null;
        const path = this.npyInputs?.path ?? before?.path ?? '';
        const labels = this.npyLabels?.path ?? before?.labels ?? '';
        return { kind: 'npy', path, labels, standardise, ...target };
      }
      case 'images':
        return {
          kind: 'images',
          path: this.images?.path ?? (given?.kind === 'images' ? given.path : ''),
          width: this.imageWidth ?? NaN,
          height: this.imageHeight ?? NaN,
          channels: this.imageChannels,
          standardise,
        };
      default:
        return { kind: 'builtin', name: this.data };
    }
  }

  /** As a new project begins. */
  reset(): void {
    this.open(starting, {});
  }

  useNetwork({ data, initialWeights, fromLogits, training }: NewNetwork): void {
    if (data !== null) this.data = data;
    this.initialWeights = initialWeights;
    this.fromLogits = fromLogits;
    if (training === undefined) return;
    this.loss = training.loss;
    this.metrics = [];
    this.validationPercent = 0;
    this.batchSize = training.batchSize;
    this.epochs = training.epochs;
  }

  /** Shows data files as they are now; what was chosen of them stays chosen. */
  refresh(files: ChosenFiles): void {
    this.csv = files.csv ?? this.csv;
    this.npyInputs = files.npyInputs ?? this.npyInputs;
    this.npyLabels = files.npyLabels ?? this.npyLabels;
    this.images = files.images ?? this.images;
  }

  /** Loss, metrics and split that go with numbers to predict. */
  fitToNumbers(): void {
    this.loss = 'meanSquaredError';
    this.metrics = this.metrics.filter((metric) => metric !== 'accuracy');
    this.validationFrom = 'end';
  }

  /** Uses data from any kind of file; an array with one number per row is taken as the labels. */
  useData(chosen: Extract<Dropped, { kind: 'csv' | 'npy' | 'images' }>): void {
    this.data = chosen.kind;
    if (chosen.kind === 'csv') this.useCsv(chosen.csv);
    else if (chosen.kind === 'images') this.useImages(chosen.images);
    else if (isColumn(chosen.npy.shape)) this.npyLabels = chosen.npy;
    else this.npyInputs = chosen.npy;
  }

  /** Uses a table; its last column is the label until another one is chosen. */
  useCsv(csv: ChosenCsv): void {
    this.csv = csv;
    this.label = csv.columns.at(-1) ?? '';
  }

  /** Uses a folder of pictures, with the size and colours of its first one. */
  useImages(images: ChosenImages): void {
    this.images = images;
    this.imageWidth = images.width;
    this.imageHeight = images.height;
    this.imageChannels = images.isColoured ? 3 : 1;
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
    this.threads = environment.threads;
    this.onednn = environment.onednn;
    this.engine = engine;
    this.regime = randomness.regime;
    this.seed = randomness.seed;
    this.hasInitialiserSeeds =
      randomness.regime === 'global' && randomness.initialiserSeeds === 'explicit';
    this.#given = data;
    this.csv = files.csv ?? null;
    this.npyInputs = files.npyInputs ?? null;
    this.npyLabels = files.npyLabels ?? null;
    this.images = files.images ?? null;
    if (data.kind === 'builtin') {
      this.data = data.name;
      this.label = '';
      this.target = 'class';
      this.standardise = true;
      return;
    }
    this.data = data.kind;
    this.standardise = data.standardise;
    this.target = 'target' in data && data.target !== undefined ? data.target : 'class';
    if (data.kind === 'csv') this.label = data.label;
    if (data.kind === 'images') {
      this.imageWidth = data.width;
      this.imageHeight = data.height;
      this.imageChannels = data.channels;
    }
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
