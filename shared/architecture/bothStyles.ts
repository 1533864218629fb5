import {
  asSubclass,
  styles,
  type Architecture,
  type FunctionalArchitecture,
  type GraphArchitecture,
  type SequentialArchitecture,
  type Style,
  type SubclassArchitecture,
} from './architecture';
import { asSequential } from './asSequential';

/** What a Model subclass is compared with. */
export type FirstArchitecture = SequentialArchitecture | FunctionalArchitecture;
export type FirstStyle = FirstArchitecture['style'];

/** A network in the two ways that it is compared in. */
export interface BothStyles {
  readonly first: FirstArchitecture;
  readonly subclass: SubclassArchitecture;
}

/** The same graph as a Functional. */
export function asFunctional(graph: GraphArchitecture): FunctionalArchitecture {
  return { ...graph, style: 'functional' };
}

/** A graph as what it is compared with: a stack if it is one, else a Functional. */
function firstOf(graph: SubclassArchitecture): FirstArchitecture {
  const stack = asSequential(graph);
  return 'sequential' in stack ? stack.sequential : asFunctional(graph);
}

/** The same network in the other style. */
export function otherStyleOf(architecture: Architecture): Architecture {
  return architecture.style === 'subclass' ? firstOf(architecture) : asSubclass(architecture);
}

/**
 * A network's styles; a missing one is derived from the other.
 * @throws {Error} without any
 */
export function inBothStyles(architectures: readonly Architecture[]): BothStyles {
  const first = architectures.find((own) => own.style !== 'subclass') as FirstArchitecture;
  const subclass = architectures.find((own) => own.style === 'subclass') as SubclassArchitecture;
  if (subclass !== undefined) return { first: first ?? firstOf(subclass), subclass };
  if (first === undefined) throw new Error('A project has a network');
  return { first, subclass: asSubclass(first) };
}

/** What the Model subclass is compared with among some runs. */
export function firstStyleOf(runs: readonly { readonly style: Style }[]): FirstStyle {
  return runs.some(({ style }) => style === 'functional') ? 'functional' : 'sequential';
}

/** As they are shown: the Model subclass comes second. */
export function byStyle(a: Architecture, b: Architecture): number {
  return styles.indexOf(a.style) - styles.indexOf(b.style);
}
