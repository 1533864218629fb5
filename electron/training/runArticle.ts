import pLimit, { type LimitFunction } from 'p-limit';
import { AppError, toAppError } from '../../shared/lib/appError';
import type { ArticleOptions } from '../../shared/protocols/articleOptions';
import { jsonLoss, summaryOf, type ProtocolResult } from '../../shared/protocols/protocolResult';
import { pairKinds, type PairKind } from '../../shared/protocols/pairs';
import { protocolPlan } from '../../shared/protocols/protocolPlan';
import { protocols, type Protocol } from '../../shared/protocols/protocols';
import { causeOf } from '../../shared/runs/divergence/cause';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import type { DataSource, RunEvidence } from '../../shared/runs/run';
import type { ExperimentFile } from '../../shared/runs/experimentFile';
import { totalSteps } from '../../shared/training/trainingConfig';
import type { Script, TrainerEvent } from '../../shared/training/script';
import { doneOrAborted, selectEngine, type SpawnTrainer } from './trainerHost';
import { beginScript } from './beginScript';
import { writeExperiment } from '../runs/experimentFile';
import { compareEvidence, readWhatIsThere } from './evidence';
import { refuseMisfit } from './refuseMisfit';
import { withTensor } from './nameTensor';
import { pairScripts, type Pair } from './pairs';

/** Where in the experiment an event comes from. */
export interface EventPlace {
  readonly protocol: number;
  readonly pair: PairKind;
}

export interface ArticlePorts {
  readonly spawn: SpawnTrainer;
  readonly datasetsFolder: string;
  /** Reads the data; in the app in a thread, since it may take a while. */
  readonly lookAtData: (source: DataSource) => Promise<DataFacts>;
  /** Makes the experiment's folder, asked for once the input is known to be good. */
  readonly folder: () => string;
  readonly cpuCount: number;
  /** What is resumed; null begins anew. */
  readonly before: ExperimentFile | null;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onPlan: (plan: { readonly runs: number; readonly stepsPerRun: number }) => void;
  readonly onEvent: (place: EventPlace, event: TrainerEvent) => void;
  /** A training process failed or died; the pair's verdict follows with the result. */
  readonly onFailure: (place: EventPlace, error: AppError) => void;
  /** Called once a protocol, in the order of the options. */
  readonly onResult: (result: ProtocolResult) => void;
}

/**
 * Trains the article's network in both styles under the chosen protocols, with controls, and says
 * for each where the two part and why.
 *
 * @returns the results in order; fewer when stopped
 * @throws {AppError} for data that cannot be trained on; a run that fails is a result
 */
export async function runArticle(
  options: ArticleOptions,
  ports: ArticlePorts,
): Promise<ProtocolResult[]> {
  const plan = protocolPlan(options);
  const { training, environment } = plan;
  const dataset = await ports.lookAtData(plan.data);
  const { sequential, subclass } = plan.networkFor(dataset);
  const networks = { ...(sequential && { sequential }), subclass };
  for (const network of Object.values(networks)) refuseMisfit(network, dataset);
  // A graph that is no stack has one style, which is compared with itself.
  const shown: PairKind = sequential === null ? 'subclass' : 'styles';
  const kinds = sequential === null ? [shown] : pairKinds;
  const runs = plan.protocols.length * kinds.length * 2;
  ports.onPlan({ runs, stepsPerRun: totalSteps(training, dataset.rows) });
  const folder = ports.folder();
  const inTurn = pLimit(processesAtOnce(ports.cpuCount, environment.threads));

  const chosen = plan.protocols.map(
    (number) => protocols.find((own) => own.number === number) as Protocol,
  );
  const settings = {
    seed: plan.seed,
    createdAt: ports.before?.createdAt ?? ports.now().toISOString(),
    training,
    environment,
    recording: plan.recording,
    data: plan.data,
    initialWeights: plan.initialWeights,
    datasetsFolder: ports.datasetsFolder,
  };
  // One mode for all: runs of different modes are not comparable bit by bit.
  const probe = pairScripts(chosen[0] as Protocol, shown, networks, folder, {
    ...settings,
    engine: { asked: plan.engine, mode: 'graph' },
  }).scripts[0] as Script;
  const engine =
    ports.before?.engine ?? (await selectEngine(plan.engine, probe, ports.spawn, ports.signal));
  if (engine === null) return [];
  if (ports.before === null) {
    const { createdAt } = settings;
    const file = { twintrain: 'experiment', version: 1, createdAt, engine } as const;
    writeExperiment(folder, { ...file, kind: 'article', options });
  }

  const started = chosen.map((protocol) => {
    const pairs = kinds.map((kind) => {
      const pair = pairScripts(protocol, kind, networks, folder, { ...settings, engine });
      const trained = trainPair(pair, protocol.number, kind === shown, ports, inTurn);
      // Awaited below, protocol by protocol; until then a failure is not unhandled.
      trained.catch(() => {});
      return { pair, trained };
    });
    return { protocol, pairs };
  });

  const results: ProtocolResult[] = [];
  for (const { protocol, pairs } of started) {
    const compared = new Map<PairKind, PairOutcome>();
    for (const { pair, trained } of pairs) compared.set(pair.kind, await trained);
    if (ports.signal.aborted) break;
    const result = resultOf(protocol, plan.seed, shown, compared);
    results.push(result);
    ports.onResult(result);
  }
  return results;
}

/** As many as the processors carry; each also takes some 400 MB of memory. */
function processesAtOnce(cpuCount: number, threads: number): number {
  return Math.max(1, Math.min(4, Math.floor(cpuCount / threads)));
}

/** The name of an experiment's folder, by the time of its start (UTC). */
export function experimentName(what: 'article' | 'project' | 'replay', startedAt: Date): string {
  const stamp = startedAt.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  return `${what}-${stamp}`;
}

const ONE_STYLE =
  'The network is no stack, so there is no Sequential of it: the subclass is compared with itself.';

interface PairOutcome {
  readonly pair: Pair;
  readonly runs: readonly (RunEvidence | null)[];
  readonly comparison: Comparison;
}

async function trainPair(
  pair: Pair,
  protocol: number,
  isShown: boolean,
  ports: ArticlePorts,
  inTurn: LimitFunction,
): Promise<PairOutcome> {
  const failures = await Promise.all(
    pair.scripts.map((script) =>
      inTurn(async () => {
        if (ports.signal.aborted)
          return new AppError('stopped', 'Stopped before it began.', 'Run again.');
        const place = { protocol, pair: pair.kind };
        const how = ports.before === null ? 'start' : 'resume';
        try {
          const running = beginScript(script, how, ports.spawn, (event) =>
            ports.onEvent(place, event),
          );
          if (running !== null) await doneOrAborted(running, ports.signal, () => running.stop());
          return null;
        } catch (thrown) {
          const error = toAppError(thrown);
          ports.onFailure(place, error);
          return error;
        }
      }),
    ),
  );
  const failure = failures.find((own) => own !== null) ?? null;
  const runs = pair.runFolders.map(readWhatIsThere);
  const compared = compareEvidence(runs, failure);
  // What the controls differ in is not told.
  const comparison = isShown ? await withTensor(pair.runFolders, runs, compared, ports) : compared;
  return { pair, runs, comparison };
}

function resultOf(
  protocol: Protocol,
  seed: string,
  shown: PairKind,
  compared: ReadonlyMap<PairKind, PairOutcome>,
): ProtocolResult {
  const verdictOf = (kind: PairKind) => compared.get(kind)?.comparison.verdict ?? 'not_verified';
  const { comparison, runs, pair } = compared.get(shown) as PairOutcome;
  const isOneStyle = shown !== 'styles';
  const controls = { sequential: verdictOf('sequential'), subclass: verdictOf('subclass') };
  const engine = runs.find((run) => run !== null)?.manifest.ran.engine;
  return {
    protocol: protocol.number,
    name: protocol.name,
    expected: isOneStyle ? protocol.expectedOfOneStyle : protocol.expected,
    verdict: comparison.verdict,
    controls,
    cause: causeOf(comparison, controls),
    initialWeightsEqual: comparison.initialWeightsEqual,
    batchOrderEqual: comparison.batchOrderEqual,
    firstDifference: comparison.firstDifference,
    finalLoss: [jsonLoss(runs[0]?.losses.at(-1)), jsonLoss(runs[1]?.losses.at(-1))],
    steps: comparison.steps,
    seed,
    engine: engine ? summaryOf(engine) : null,
    runFolders: pair.runFolders,
    shufflesCoincide: comparison.shufflesCoincide,
    ...(comparison.reason === null ? {} : { reason: comparison.reason }),
    notes: [...(isOneStyle ? [ONE_STYLE] : []), ...comparison.environment, ...comparison.notes],
  };
}
