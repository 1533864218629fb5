import { inBothStyles, type BothStyles } from '../architecture/bothStyles';
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
  }) => BothStyles;
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
      networkFor: ({ features, classes }) =>
        inBothStyles([articleNetwork(features, hidden, classes.length)]),
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
