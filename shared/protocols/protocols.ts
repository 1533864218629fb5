/** What a script does, in order. `a` and `b` are the two models of a pair. */
export type ScriptAction =
  | { readonly do: 'seed' }
  | { readonly do: 'build'; readonly model: 'a' | 'b' }
  | { readonly do: 'fit'; readonly model: 'a' | 'b' };

export interface Protocol {
  readonly number: 1 | 2 | 3 | 4 | 5 | 6;
  readonly name: string;
  /** What the protocol does about randomness, as a sentence. */
  readonly description: string;
  /** What Sequential against subclass should give under it. */
  readonly expected: 'different' | 'exact';
  /** What a style against itself should give. */
  readonly expectedOfOneStyle: 'different' | 'exact';
  readonly initialiserSeeds: 'none' | 'explicit';
  /** One list of actions per process. */
  readonly scripts: readonly (readonly ScriptAction[])[];
}

const seed = { do: 'seed' } as const;
const build = (model: 'a' | 'b') => ({ do: 'build', model }) as const;
const fit = (model: 'a' | 'b') => ({ do: 'fit', model }) as const;

const oneAfterTheOther = [[seed, build('a'), fit('a'), build('b'), fit('b')]];
const isolated = [
  [seed, build('a'), fit('a')],
  [seed, build('b'), fit('b')],
];

/** The article's protocols (1-4) and the two that show a true effect of style (5, 6). */
export const protocols: readonly Protocol[] = [
  {
    number: 1,
    name: 'global seed only',
    description: 'One process, seeded once; both models built and fitted one after the other.',
    expected: 'different',
    expectedOfOneStyle: 'different',
    initialiserSeeds: 'none',
    scripts: oneAfterTheOther,
  },
  {
    number: 2,
    name: 'explicit initialiser seeds',
    description: 'As 1, every initialiser with its own seed, the same for both styles.',
    expected: 'different',
    expectedOfOneStyle: 'different',
    initialiserSeeds: 'explicit',
    scripts: oneAfterTheOther,
  },
  {
    number: 3,
    name: 'explicit + reset',
    description: 'As 2, the global generator seeded again before each fit.',
    expected: 'exact',
    expectedOfOneStyle: 'exact',
    initialiserSeeds: 'explicit',
    scripts: [[seed, build('a'), seed, fit('a'), build('b'), seed, fit('b')]],
  },
  {
    number: 4,
    name: 'explicit + isolated',
    description: 'As 2, each model in a process of its own, seeded at its start.',
    expected: 'exact',
    expectedOfOneStyle: 'exact',
    initialiserSeeds: 'explicit',
    scripts: isolated,
  },
  {
    number: 5,
    name: 'reset before each model, no explicit seeds',
    description: 'One process, the global generator seeded again before each build.',
    expected: 'different',
    expectedOfOneStyle: 'exact',
    initialiserSeeds: 'none',
    scripts: [[seed, build('a'), fit('a'), seed, build('b'), fit('b')]],
  },
  {
    number: 6,
    name: 'isolated, global seed only',
    description:
      'Each model in a process of its own, seeded at its start; initialisers without seeds.',
    expected: 'different',
    expectedOfOneStyle: 'exact',
    initialiserSeeds: 'none',
    scripts: isolated,
  },
];

export const articleProtocols: readonly Protocol[] = protocols.filter(({ number }) => number <= 4);
