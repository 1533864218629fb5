import { asSubclass, type Style } from '../../shared/architecture/architecture';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import type { TfjsMode } from '../../shared/engines/tfjs';
import { recordingSchema } from '../../shared/training/recording';
import { trainingSchema, type Randomness } from '../../shared/training/trainingConfig';
import type { Script } from '../../shared/training/script';
import { distFolder } from './lab';

/** A script of one model on Iris, in a process of its own. */
export function scriptOf(
  folder: string,
  style: Style,
  randomness: Randomness,
  options: {
    readonly epochs?: number;
    readonly threads?: number;
    readonly engine?: TfjsMode;
  } = {},
): Script {
  const network = articleNetwork(4, [8], 3);
  const architecture = style === 'sequential' ? network : asSubclass(network);
  return {
    protocol: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    actions: [
      ...(randomness.regime === 'global' ? [{ do: 'seed' } as const] : []),
      { do: 'build', model: 'a' },
      { do: 'fit', model: 'a' },
    ],
    models: { a: { runId: style, folder, architecture } },
    training: trainingSchema.parse({ epochs: options.epochs ?? 2, batchSize: 16 }),
    randomness,
    recording: recordingSchema.parse({}),
    environment: { threads: options.threads ?? 1, onednn: false },
    engine: { asked: options.engine ?? 'eager', mode: options.engine ?? 'eager' },
    data: { kind: 'builtin', name: 'iris' },
    datasetsFolder: `${distFolder}/datasets`,
    initialWeights: null,
  };
}
