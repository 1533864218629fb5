import { styleNames, type Style } from '../../shared/architecture/architecture';
import type { BothStyles } from '../../shared/architecture/bothStyles';
import { pairStyles, type PairKind } from '../../shared/protocols/pairs';
import type { Protocol } from '../../shared/protocols/protocols';
import { engineName } from '../../shared/engines/engineCatalog';
import type { Script } from '../../shared/training/script';
import type { PlannedRun } from '../../shared/training/trainingEvent';

export interface Pair {
  readonly kind: PairKind;
  readonly runs: readonly [PlannedRun, PlannedRun];
  readonly runFolders: readonly [string, string];
  /** One per process. */
  readonly scripts: readonly Script[];
}

/** What all scripts of an experiment have in common. */
export type PairSettings = Pick<
  Script,
  | 'createdAt'
  | 'training'
  | 'environment'
  | 'recording'
  | 'engine'
  | 'data'
  | 'initialWeights'
  | 'datasetsFolder'
> & {
  readonly seed: string;
  /** Its runs lie in a folder of its own, and are named after it. */
  readonly isOneOfSeveralEngines: boolean;
  /** Of each run. */
  readonly steps: number;
};

/**
 * The scripts of one pair under one protocol.
 * @param folder of the experiment; each run gets a folder of its own in it
 */
export function pairScripts(
  protocol: Protocol,
  kind: PairKind,
  { first, subclass }: BothStyles,
  folder: string,
  shared: PairSettings,
): Pair {
  const { seed, steps, isOneOfSeveralEngines, ...rest } = shared;
  const { asked } = shared.engine;
  const above = isOneOfSeveralEngines ? `${asked}/` : '';
  const models = (['a', 'b'] as const).map((name, index) => {
    const style = pairStyles(kind, first.style)[index as 0 | 1];
    const pair = kind === 'styles' ? 'styles' : `control-${kind}`;
    const runId = `${above}protocol-${protocol.number}/${pair}/${name}-${style}`;
    const architecture = style === 'subclass' ? subclass : first;
    return { runId, folder: `${folder}/${runId}`, architecture };
  });
  const runs = models.map(({ runId, architecture: { style } }, index) => ({
    id: runId,
    label: `${isOneOfSeveralEngines ? `${engineName(asked)}, protocol` : 'Protocol'} ${labelOf(protocol.number, kind, style, index === 0)}`,
    style,
    engine: asked,
    steps,
    pair: { protocol: protocol.number, kind, isFirst: index === 0 },
  })) as [PlannedRun, PlannedRun];
  const [a, b] = models as [(typeof models)[number], (typeof models)[number]];
  const scripts = protocol.scripts.map((actions): Script => {
    const uses = (model: 'a' | 'b') =>
      actions.some((action) => 'model' in action && action.model === model);
    return {
      ...rest,
      protocol: protocol.number,
      actions: [...actions],
      models: { ...(uses('a') ? { a } : {}), ...(uses('b') ? { b } : {}) },
      randomness: { regime: 'global', seed, initialiserSeeds: protocol.initialiserSeeds },
    };
  });
  return { kind, runs, runFolders: [a.folder, b.folder], scripts };
}

function labelOf(protocol: number, kind: PairKind, style: Style, isFirst: boolean): string {
  const run = kind === 'styles' ? '' : `, ${isFirst ? 'first' : 'second'} run`;
  return `${protocol}, ${styleNames[style]}${run}`;
}
