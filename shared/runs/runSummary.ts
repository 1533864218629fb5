import { z } from 'zod';
import { styles } from '../architecture/architecture';
import { engineModeSchema, factsOfRan } from '../engines/engineCatalog';
import { canonicalJson } from '../lib/canonicalJson';
import { annotationSchema } from './annotation';
import { networkText } from '../architecture/networkText';
import { dataName } from '../training/trainingCaption';
import type { RunManifest } from './run';

export const runStates = ['running', 'finished', 'stopped', 'failed', 'died'] as const;
export type RunState = (typeof runStates)[number];

/** One run as a line of a table: what was decided, what came of it, what a person says about it. */
export const runSummarySchema = z.strictObject({
  /** Absolute. */
  folder: z.string(),
  /** Its path in its experiment's folder. */
  id: z.string(),
  /** The folder of its experiment; null if it lies in none. */
  experiment: z.string().nullable(),
  annotation: annotationSchema.omit({ twintrain: true, version: true }),
  style: z.enum(styles),
  network: z.string(),
  data: z.string(),
  engine: engineModeSchema,
  device: z.string(),
  threads: z.int(),
  seed: z.string(),
  protocol: z.int().nullable(),
  state: z.enum(runStates),
  steps: z.int(),
  totalSteps: z.int(),
  /** Null without a step; not finite as text. */
  lastLoss: z.union([z.number(), z.string()]).nullable(),
  /** The lowest loss over the validation rows after an epoch; null without such rows. */
  bestValidation: z.number().nullable(),
  /** ISO 8601 */
  createdAt: z.string(),
  sizeBytes: z.int(),
  /** Equal for runs that differ in nothing but their seed. */
  settings: z.string(),
  /** The run that lies beside it in the same experiment, and what comparing the two gives. */
  twin: z
    .strictObject({
      folder: z.string(),
      verdict: z.enum(['exact', 'different', 'not_verified']),
      /** Can be quoted. */
      sentence: z.string(),
    })
    .nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

type Decided = Pick<
  RunSummary,
  | 'id'
  | 'style'
  | 'network'
  | 'data'
  | 'engine'
  | 'device'
  | 'threads'
  | 'seed'
  | 'protocol'
  | 'createdAt'
>;

/** What a run's manifest says about it. */
export function decidedOf(manifest: RunManifest): Decided {
  const { id, architecture, data, engine, ran, randomness, script, createdAt } = manifest;
  return {
    id,
    style: architecture.style,
    network: networkText(architecture),
    data: dataName(data.source),
    engine: engine.mode,
    device: ran.engine.device,
    threads: ran.engine.threads,
    seed: randomness.seed,
    protocol: script.protocol,
    createdAt,
  };
}

/** All that decides a run's numbers except its seed, as text: equal settings give equal texts. */
export function settingsOf(manifest: RunManifest): string {
  const { architecture, script } = manifest;
  return canonicalJson({ architecture, script, rest: settingsWithoutNetwork(manifest) } as never);
}

/** The same without the network, and without which of its process' models it is. */
export function settingsWithoutNetwork(manifest: RunManifest): string {
  const { training, environment, engine, randomness, data, ran } = manifest;
  const { seed: _, ...regime } = randomness;
  return canonicalJson({
    training,
    environment,
    mode: engine.mode,
    regime,
    data: data.sha256,
    weights: manifest.initialWeights?.sha256 ?? null,
    ran: factsOfRan(ran).map(({ label, value }) => [label, value]),
  } as never);
}
