import type { Style } from '../architecture/architecture';
import { factsOfRan, type EngineMode } from '../engines/engineCatalog';
import { canonicalJson } from '../lib/canonicalJson';
import type { Annotation } from './annotation';
import type { Verdict } from './divergence/compareRuns';
import { networkText } from '../architecture/networkText';
import { trainingText } from '../training/trainingCaption';
import { dataName } from '../data/dataSource';
import type { RunManifest } from './run';

export const runStates = ['running', 'finished', 'stopped', 'failed', 'died'] as const;
export type RunState = (typeof runStates)[number];

/** One run as a line of a table: what was decided, what came of it, what a person says about it. */
export interface RunSummary {
  /** Absolute. */
  readonly folder: string;
  /** Its path in its experiment's folder. */
  readonly id: string;
  /** The folder of its experiment; null if it lies in none. */
  readonly experiment: string | null;
  readonly annotation: Annotation;
  readonly style: Style;
  readonly network: string;
  /** Optimiser, batches and epochs. */
  readonly training: string;
  readonly data: string;
  readonly engine: EngineMode;
  readonly device: string;
  readonly threads: number;
  readonly seed: string;
  readonly protocol: number | null;
  readonly state: RunState;
  readonly steps: number;
  readonly totalSteps: number;
  /** Null without a step; not finite as text. */
  readonly lastLoss: number | string | null;
  /** The lowest loss over the validation rows after an epoch; null without such rows. */
  readonly bestValidation: number | null;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly sizeBytes: number;
  /** Equal for runs that differ in nothing but their seed. */
  readonly settings: string;
  /** The run that lies beside it in the same experiment, and what comparing the two gives. */
  readonly twin: {
    readonly folder: string;
    readonly verdict: Verdict;
    /** Can be quoted. */
    readonly sentence: string;
  } | null;
}

type Decided = Pick<
  RunSummary,
  | 'id'
  | 'style'
  | 'network'
  | 'training'
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
  const { id, architecture, training, data, engine, ran, randomness, script, createdAt } = manifest;
  return {
    id,
    style: architecture.style,
    network: networkText(architecture),
    training: trainingText(training),
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
