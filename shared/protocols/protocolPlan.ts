import type {
  Architecture,
  SequentialArchitecture,
  SubclassArchitecture,
} from '../architecture/architecture';
import { asSubclass } from '../architecture/architecture';
import { asSequential } from '../architecture/asSequential';
import type { DataSource } from '../data/dataSource';
import type { EngineChoice } from '../engines/engineCatalog';
import { trainedAs } from '../training/trainedAs';
import { recordingSchema, type Recording } from '../training/recording';
import {
  trainingSchema,
  type EnvironmentConfig,
  type TrainingConfig,
} from '../training/trainingConfig';
import { articleNetwork } from './articleNetwork';
import { enginesOf, type ArticleOptions } from './articleOptions';

/** A network in both styles; `sequential` is null if its graph is not a stack. */
export interface StyledNetwork {
  readonly sequential: SequentialArchitecture | null;
  readonly subclass: SubclassArchitecture;
}

/** What is trained under the protocols: the article's network, or a project's. */
export interface ProtocolPlan {
  readonly protocols: readonly number[];
  readonly seed: string;
  readonly data: DataSource;
  readonly training: TrainingConfig;
  readonly environment: EnvironmentConfig;
  readonly recording: Recording;
  /** At least one. */
  readonly engines: readonly EngineChoice[];
  readonly initialWeights: string | null;
  /** @param data as read: the article's network is sized to fit it */
  readonly networkFor: (data: {
    readonly features: number;
    readonly classes: readonly string[];
  }) => StyledNetwork;
}

export function protocolPlan(options: ArticleOptions): ProtocolPlan {
  const { project, protocols } = options;
  const engines = enginesOf(options);
  if (project === null) {
    const { seed, data, batchSize, epochs, threads, hidden } = options;
    return {
      protocols,
      seed,
      data,
      engines,
      training: trainingSchema.parse({ batchSize, epochs }),
      environment: { threads, onednn: false },
      recording: recordingSchema.parse({}),
      initialWeights: null,
      networkFor: ({ features, classes }) => {
        const sequential = articleNetwork(features, hidden, classes.length);
        return { sequential, subclass: asSubclass(sequential) };
      },
    };
  }
  const { randomness, data, environment, recording, architectures, initialWeights } = project;
  const network = inBothStyles(architectures);
  const training = trainedAs(project.training, network.subclass);
  return {
    protocols,
    seed: randomness.seed,
    data,
    training,
    environment,
    recording,
    engines,
    initialWeights,
    networkFor: () => network,
  };
}

/** A project's own styles; a missing one is derived from the other. */
function inBothStyles(architectures: readonly Architecture[]): StyledNetwork {
  const sequential = architectures.find((own) => own.style === 'sequential') ?? null;
  const subclass = architectures.find((own) => own.style === 'subclass') ?? null;
  if (subclass === null) {
    if (sequential === null) throw new Error('A project has a network');
    return { sequential, subclass: asSubclass(sequential) };
  }
  const stack = sequential === null ? asSequential(subclass) : null;
  return {
    sequential: sequential ?? (stack !== null && 'sequential' in stack ? stack.sequential : null),
    subclass,
  };
}
