import { byStyle, otherStyleOf } from '../architecture/bothStyles';
import type { Architecture } from '../architecture/architecture';
import type { Project } from '../training/projectFile';
import type { Comparison } from '../runs/divergence/compareRuns';
import type { FirstDifference } from '../runs/divergence/firstDifference';
import type { RunManifest } from '../runs/run';

/** What would make two runs equal, and the project that shows it. */
export interface Repair {
  /** On a button. */
  readonly label: string;
  /** Whether it is what most would want: it removes an accident, and not a choice. */
  readonly isLikely: boolean;
  /** What it changes and why that helps. */
  readonly sentence: string;
  /** The first run's project, changed. */
  readonly change: (project: Project) => Project;
}

/**
 * What repairs the first difference of two runs, if something set does: it is tried by training both
 * networks with the first run's settings and that changed.
 */
export function repairsOf(
  comparison: Comparison,
  [a, b]: readonly [RunManifest, RunManifest],
): readonly Repair[] {
  const { firstDifference: first } = comparison;
  if (comparison.verdict !== 'different' || first === null) return [];
  return [...fromSharedState(first, a), ...fromMachine(first, a, b), ...fromSettings(first)];
}

/** The first run's project, repaired, in both styles, so that training it shows whether that helped. */
export function repaired({ change }: Repair, project: Project, other: Architecture): Project {
  return change({ ...project, architectures: bothStyles(project.architectures, other) });
}

function bothStyles(own: readonly Architecture[], other: Architecture): Architecture[] {
  const [first] = own;
  if (first === undefined || own.length > 1) return [...own];
  const second = other.style === first.style ? otherStyleOf(first) : other;
  return [first, second].sort(byStyle);
}

/** Draws from shared random state: streams of their own do not depend on who drew before. */
function fromSharedState({ kind }: FirstDifference, { randomness }: RunManifest): Repair[] {
  const isDrawn = kind === 'initial-weights' || kind === 'batch-order' || kind === 'dropout';
  if (!isDrawn || randomness.regime !== 'global') return [];
  const controlled = (project: Project): Project => ({
    ...project,
    randomness: { regime: 'controlled', seed: project.randomness.seed },
  });
  const repairs: Repair[] = [
    {
      label: 'Train with controlled randomness',
      isLikely: true,
      sentence:
        'Every initialiser, shuffle and dropout layer then draws from a stream of its own, whatever was drawn before.',
      change: controlled,
    },
  ];
  if (kind === 'initial-weights' && randomness.initialiserSeeds === 'none') {
    repairs.unshift({
      label: 'Train with explicit initialiser seeds',
      isLikely: true,
      sentence:
        'Each initialiser then draws from its own seed, not from the shared state, as the article repairs it.',
      change: (project) => ({
        ...project,
        randomness: {
          regime: 'global',
          seed: project.randomness.seed,
          initialiserSeeds: 'explicit',
        },
      }),
    });
  }
  return repairs;
}

/** Numbers that round differently because of how they were computed. */
function fromMachine({ kind }: FirstDifference, a: RunManifest, b: RunManifest): Repair[] {
  if (kind !== 'arithmetic') return [];
  const { threads, onednn } = a.environment;
  const repairs: Repair[] = [];
  if (threads !== b.environment.threads) {
    repairs.push({
      label: 'Train both with 1 thread',
      isLikely: true,
      sentence: `They ran with ${threads} and ${b.environment.threads} threads, which add up sums in another order.`,
      change: (project) => ({ ...project, environment: { ...project.environment, threads: 1 } }),
    });
  }
  if (onednn !== b.environment.onednn) {
    repairs.push({
      label: 'Train both without oneDNN',
      isLikely: true,
      sentence: 'Only one of them used oneDNN, whose kernels add up in another order.',
      change: (project) => ({ ...project, environment: { ...project.environment, onednn: false } }),
    });
  }
  if (a.engine.mode !== b.engine.mode) {
    repairs.push({
      label: `Train both on ${a.engine.mode}`,
      isLikely: true,
      sentence: `They ran on ${a.engine.mode} and ${b.engine.mode}, which compile the same formulas differently.`,
      change: (project) => ({ ...project, engine: a.engine.mode }),
    });
  }
  return repairs;
}

function fromSettings({ kind, setting, values }: FirstDifference): Repair[] {
  if (kind !== 'setting' || setting === null) return [];
  return [
    {
      label: 'Train both with the first run’s settings',
      isLikely: false,
      sentence: `${setting} is ${values?.[0] ?? 'not set'} there.`,
      change: (project) => project,
    },
  ];
}
