import pLimit, { type LimitFunction } from 'p-limit';
import { AppError, toAppError, toWireError } from '../../shared/lib/appError';
import type { ArticleOptions } from '../../shared/protocols/articleOptions';
import { jsonLoss, summaryOf, type ProtocolResult } from '../../shared/protocols/protocolResult';
import { pairKindsOf, type PairKind } from '../../shared/protocols/pairs';
import { protocolPlan } from '../../shared/protocols/protocolPlan';
import { expectedOf, protocols, repairOf, type Protocol } from '../../shared/protocols/protocols';
import type { FirstStyle } from '../../shared/architecture/bothStyles';
import { dropoutCalls } from '../../shared/architecture/dropoutCalls';
import type { FirstDifference } from '../../shared/runs/divergence/firstDifference';
import { causeOf } from '../../shared/runs/divergence/cause';
import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import type { RunEvidence } from '../../shared/runs/run';
import { EXPERIMENT_FORMAT } from '../../shared/runs/experimentFile';
import { splitRows } from '../../shared/training/groupSplit';
import { totalSteps } from '../../shared/training/trainingConfig';
import type { Script } from '../../shared/training/script';
import {
  engineCatalog,
  engineOf,
  isAsMeasured,
  libraryOf,
  type EngineId,
  type EnvironmentRecord,
  type EngineSelection,
} from '../../shared/engines/engineCatalog';
import { selectEngine } from './selectEngine';
import { doneOrAborted } from './trainerHost';
import { beginScript } from './beginScript';
import { writeExperiment } from '../runs/experimentFile';
import { compareEvidence, readWhatIsThere } from './evidence';
import { refuseAugmentation, refuseCallbacks, refuseMisfit, refuseTarget } from './refuseMisfit';
import { refuseWeights } from './refuseWeights';
import { withTensor } from './nameTensor';
import { pairScripts, type Pair } from './pairs';
import type { ExperimentPorts } from './ports';

/**
 * Trains the article's network in both styles under the chosen protocols, with controls, on one engine
 * after the other, and says for each where the two diverge and why.
 *
 * @returns the results in order; fewer when stopped
 * @throws {AppError} for data that cannot be trained on; a run that fails gives a result all the same
 */
export async function runArticle(
  options: ArticleOptions,
  ports: ExperimentPorts,
): Promise<ProtocolResult[]> {
  const plan = protocolPlan(options);
  const { training, environment } = plan;
  const dataset = await ports.lookAtData(plan.data);
  if (options.project === null && dataset.targets > 0) {
    throw new AppError(
      'bad-data',
      "The article's network tells classes apart, but this data has numbers to predict.",
      'Train a project of your own under the protocols (--project, or Run protocols in Run).',
    );
  }
  refuseTarget(training, dataset);
  refuseCallbacks(training, dataset);
  const networks = plan.networkFor(dataset);
  const { first, subclass } = networks;
  for (const network of [first, subclass]) refuseMisfit(network, dataset);
  refuseAugmentation(training, [first, subclass], plan.engines, 'global');
  if (ports.before === null) refuseWeights(plan.initialWeights, [first, subclass]);
  const hasDropout = dropoutCalls(subclass).some(({ seed }) => seed === null);
  const chosen = plan.protocols.map(
    (number) => protocols.find((own) => own.number === number) as Protocol,
  );
  const settings = {
    seed: plan.seed,
    steps: totalSteps(training, splitRows(dataset, training, plan.seed)),
    createdAt: ports.before?.createdAt ?? ports.now().toISOString(),
    training,
    environment,
    recording: plan.recording,
    data: plan.data,
    initialWeights: plan.initialWeights,
    datasetsFolder: ports.datasetsFolder,
    isOneOfSeveralEngines: plan.engines.length > 1,
  };
  const pairsIn = (folder: string, engine: EngineSelection) =>
    chosen.map((protocol) => ({
      engine,
      protocol,
      pairs: pairKindsOf(first.style).map((kind) =>
        pairScripts(protocol, kind, networks, folder, { ...settings, engine }),
      ),
    }));
  const planned = plan.engines
    .flatMap((asked) => pairsIn('', { asked, mode: 'graph' }))
    .flatMap(({ pairs }) => pairs.flatMap(({ runs }) => runs));
  // All of them before the first trains: what is missing is said at once.
  for (const asked of plan.engines) await ports.ready(asked);
  ports.emit({ type: 'planned', runs: planned });
  const folder = ports.folder();
  ports.emit({ type: 'folder', folder });
  const engines = ports.before?.engines ?? (await selectEngines(folder));
  if (engines === null) return [];
  if (ports.before === null) {
    const { createdAt } = settings;
    const file = { twintrain: 'experiment', version: EXPERIMENT_FORMAT, createdAt } as const;
    writeExperiment(folder, { ...file, engines, kind: 'article', options });
  }

  const inTurn = pLimit(ports.processes(environment.threads));
  const started = engines
    .flatMap((engine) => pairsIn(folder, engine))
    .map(({ pairs, ...of }) => ({
      ...of,
      pairs: pairs.map((pair) => {
        const trained = trainPair(pair, pair.kind === 'styles', ports, inTurn);
        // Awaited below, protocol by protocol; until then a failure is not unhandled.
        trained.catch(() => {});
        return { pair, trained };
      }),
    }));

  const results: ProtocolResult[] = [];
  for (const { protocol, engine, pairs } of started) {
    const compared = new Map<PairKind, PairOutcome>();
    for (const { pair, trained } of pairs) compared.set(pair.kind, await trained);
    if (ports.signal.aborted) break;
    const result = resultOf(protocol, engine, plan.seed, first.style, hasDropout, compared);
    results.push(result);
    ports.emit({ type: 'result', result });
  }
  return results;

  /** One mode for all runs of an engine: those of different modes are not comparable bit by bit. */
  async function selectEngines(folder: string): Promise<EngineSelection[] | null> {
    const selected: EngineSelection[] = [];
    for (const asked of plan.engines) {
      const engine = { asked, mode: 'graph' } as const;
      const own = { ...settings, engine };
      const [probe] = pairScripts(chosen[0] as Protocol, 'styles', networks, folder, own).scripts;
      const found = await selectEngine(asked, probe as Script, dataset, ports);
      if (found === null) return null;
      selected.push(found);
    }
    return selected;
  }
}

/** The name of an experiment's folder, by the time of its start (UTC). */
export function experimentName(what: 'article' | 'project' | 'replay', startedAt: Date): string {
  const stamp = startedAt.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  return `${what}-${stamp}`;
}

const NO_STACK =
  'The network is not a stack, so it has no Sequential form: a Functional is compared with the subclass.';

function repairFor(
  protocol: Protocol,
  engine: EngineId,
  hasDropout: boolean,
  found: FirstDifference | null,
): ProtocolResult['repair'] {
  const repair = repairOf(protocol, engine, hasDropout);
  if (repair?.repair === undefined) return null;
  const isReset = protocol.scripts.some((actions) => actions.some((own) => own.do === 'reset'));
  const { label } = engineCatalog[engine];
  const who =
    found?.kind === 'dropout' ? `dropout draws from on ${label}` : `${label} shuffles with`;
  const doesNotReach = isReset ? `What this protocol seeds again is not what ${who}. ` : '';
  const { number } = repair;
  const what = repair.repair[engine === 'tfjs' ? 'tfjs' : 'keras'];
  return { protocol: number, sentence: `${doesNotReach}Protocol ${number} repairs it: ${what}.` };
}

function notMeasured(ran: EnvironmentRecord): string {
  const { name, version } = libraryOf(ran);
  return `What this version (${name}: ${version}) should give was not measured.`;
}

interface PairOutcome {
  readonly pair: Pair;
  readonly runs: readonly (RunEvidence | null)[];
  readonly comparison: Comparison;
}

async function trainPair(
  pair: Pair,
  isShown: boolean,
  ports: ExperimentPorts,
  inTurn: LimitFunction,
): Promise<PairOutcome> {
  const failures = await Promise.all(
    pair.scripts.map((script) =>
      inTurn(async () => {
        if (ports.signal.aborted)
          return new AppError('stopped', 'Stopped before it started.', 'Run again.');
        const runs = [script.models.a, script.models.b].flatMap((own) => own?.runId ?? []);
        const how = ports.before === null ? 'start' : 'resume';
        try {
          const running = beginScript(script, how, ports.spawn, ports.emit);
          if (running !== null) {
            ports.onRunning(runs, running);
            await doneOrAborted(running, ports.signal, () => running.stop());
          }
          return null;
        } catch (thrown) {
          const error = toAppError(thrown);
          if (error.code !== 'stopped') {
            ports.emit({ type: 'process-failed', runs, error: toWireError(error) });
          }
          return error;
        }
      }),
    ),
  );
  const failure = failures.find((own) => own !== null) ?? null;
  // Every run would fail for that; it is no verdict on any of them.
  if (failure?.code === 'runtime-missing') throw failure;
  const runs = pair.runFolders.map(readWhatIsThere);
  const compared = compareEvidence(runs, failure);
  // For the controls it is not reported what differs, only whether they do.
  const comparison = isShown ? await withTensor(pair.runFolders, runs, compared, ports) : compared;
  return { pair, runs, comparison };
}

function resultOf(
  protocol: Protocol,
  { asked, mode }: EngineSelection,
  seed: string,
  first: FirstStyle,
  hasDropout: boolean,
  compared: ReadonlyMap<PairKind, PairOutcome>,
): ProtocolResult {
  const verdictOf = (kind: PairKind) => compared.get(kind)?.comparison.verdict ?? 'not_verified';
  const { comparison, runs, pair } = compared.get('styles') as PairOutcome;
  const controls = { [first]: verdictOf(first), subclass: verdictOf('subclass') };
  const cause = causeOf(comparison, controls);
  const ran = runs.find((run) => run !== null)?.manifest.ran;
  const isExpected = ran === undefined || isAsMeasured(ran);
  return {
    protocol: protocol.number,
    asked,
    name: protocol.name,
    expected: isExpected ? expectedOf(protocol, engineOf(mode), hasDropout) : null,
    verdict: comparison.verdict,
    controls,
    cause,
    initialWeightsEqual: comparison.initialWeightsEqual,
    batchOrderEqual: comparison.batchOrderEqual,
    firstDifference: comparison.firstDifference,
    finalLoss: [jsonLoss(runs[0]?.losses.at(-1)), jsonLoss(runs[1]?.losses.at(-1))],
    steps: comparison.steps,
    seed,
    engine: ran ? summaryOf(ran.engine) : null,
    runFolders: pair.runFolders,
    shufflesCoincide: comparison.shufflesCoincide,
    repair:
      cause === 'order' && isExpected
        ? repairFor(protocol, engineOf(mode), hasDropout, comparison.firstDifference)
        : null,
    ...(comparison.reason === null ? {} : { reason: comparison.reason }),
    notes: [
      ...(first === 'functional' ? [NO_STACK] : []),
      ...(ran === undefined || isExpected ? [] : [notMeasured(ran)]),
      ...comparison.environment,
      ...comparison.notes,
    ],
  };
}
