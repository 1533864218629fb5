import type { EngineId } from '../engines/engineCatalog';

/** What a script does, in order. `a` and `b` are the two models of a pair. */
export type ScriptAction =
  /** Seeds every generator: `keras.utils.set_random_seed`. */
  | { readonly do: 'seed' }
  /** Reseeds the generator that shuffles, as the article does: `np.random.seed`. */
  | { readonly do: 'reset' }
  | { readonly do: 'build'; readonly model: 'a' | 'b' }
  | { readonly do: 'fit'; readonly model: 'a' | 'b' };

export type Expected = 'different' | 'exact';

export interface Protocol {
  readonly number: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly name: string;
  /** A sentence on what the protocol does about randomness. */
  readonly description: string;
  /** What Sequential against subclass should give under it, by engine: measured with Keras 3.15. */
  readonly expected: Readonly<Record<EngineId, Expected>>;
  /** The same for a network with dropout that has no seed of its own, where that is something else. */
  readonly expectedWithDropout?: Readonly<Record<EngineId, Expected>>;
  readonly initialiserSeeds: 'none' | 'explicit';
  /** What a user does about draws from shared state, if this protocol is the repair: with TensorFlow.js, with Keras. */
  readonly repair?: { readonly tfjs: string; readonly keras: string };
  /** One list of actions per process. */
  readonly scripts: readonly (readonly ScriptAction[])[];
}

const seed = { do: 'seed' } as const;
const reset = { do: 'reset' } as const;
const build = (model: 'a' | 'b') => ({ do: 'build', model }) as const;
const fit = (model: 'a' | 'b') => ({ do: 'fit', model }) as const;

const byEngine = (
  tfjs: Expected,
  jax: Expected,
  tensorflow: Expected,
  torch: Expected,
): Record<EngineId, Expected> => ({
  tfjs,
  'keras-jax': jax,
  'keras-tensorflow': tensorflow,
  'keras-torch': torch,
});
const everywhere = (own: Expected) => byEngine(own, own, own, own);

const oneAfterTheOther = [[seed, build('a'), fit('a'), build('b'), fit('b')]];
const isolated = [
  [seed, build('a'), fit('a')],
  [seed, build('b'), fit('b')],
];

/** The article's protocols (1-4), two that show a true effect of style on TensorFlow.js (5, 6), and the repair that
 * holds on every backend of Keras (7). */
export const protocols: readonly Protocol[] = [
  {
    number: 1,
    name: 'global seed only',
    description: 'One process, seeded once; both models built and fitted one after the other.',
    expected: everywhere('different'),
    initialiserSeeds: 'none',
    scripts: oneAfterTheOther,
  },
  {
    number: 2,
    name: 'explicit initialiser seeds',
    description: 'As 1, but every initialiser has its own seed, the same for both styles.',
    expected: byEngine('different', 'different', 'exact', 'different'),
    expectedWithDropout: everywhere('different'),
    repair: {
      tfjs: 'give every initialiser a seed of its own',
      keras: 'give every initialiser a seed of its own',
    },
    initialiserSeeds: 'explicit',
    scripts: oneAfterTheOther,
  },
  {
    number: 3,
    name: 'explicit + reset',
    description:
      'As 2, but the generator that shuffles is reseeded before each fit: on Keras NumPy’s, as the article does.',
    expected: byEngine('exact', 'exact', 'exact', 'different'),
    // Keras' dropout takes its seed from Python's `random` or torch's generator, which np.random.seed leaves alone.
    expectedWithDropout: byEngine('exact', 'different', 'different', 'different'),
    repair: {
      tfjs: 'give every initialiser a seed of its own, and seed the shared generator again before each fit',
      keras: 'give every initialiser a seed of its own, and call np.random.seed before each fit',
    },
    initialiserSeeds: 'explicit',
    scripts: [[seed, build('a'), reset, fit('a'), build('b'), reset, fit('b')]],
  },
  {
    number: 4,
    name: 'explicit + isolated',
    description: 'As 2, but each model runs in a process of its own, seeded at its start.',
    expected: everywhere('exact'),
    initialiserSeeds: 'explicit',
    scripts: isolated,
  },
  {
    number: 5,
    name: 'reset before each model, no explicit seeds',
    description: 'One process, the global generator seeded again before each build.',
    expected: byEngine('different', 'exact', 'exact', 'exact'),
    initialiserSeeds: 'none',
    scripts: [[seed, build('a'), fit('a'), seed, build('b'), fit('b')]],
  },
  {
    number: 6,
    name: 'isolated, global seed only',
    description:
      'Each model in a process of its own, seeded at its start; initialisers without seeds.',
    expected: byEngine('different', 'exact', 'exact', 'exact'),
    initialiserSeeds: 'none',
    scripts: isolated,
  },
  {
    number: 7,
    name: 'explicit + everything reset',
    description:
      'As 2, but all generators are reseeded before each fit: keras.utils.set_random_seed, which also reaches the one that torch shuffles with.',
    expected: everywhere('exact'),
    repair: {
      tfjs: 'give every initialiser a seed of its own, and seed the shared generator again before each fit',
      keras:
        'give every initialiser a seed of its own, and call keras.utils.set_random_seed before each fit',
    },
    initialiserSeeds: 'explicit',
    scripts: [[seed, build('a'), seed, fit('a'), build('b'), seed, fit('b')]],
  },
];

export const articleProtocols: readonly Protocol[] = protocols.filter(({ number }) => number <= 4);

/** What a protocol should give on an engine, for a network with or without dropout that has no seed. */
export function expectedOf(
  { expected, expectedWithDropout }: Protocol,
  engine: EngineId,
  hasDropout: boolean,
): Expected {
  return (hasDropout ? (expectedWithDropout ?? expected) : expected)[engine];
}

/** The first protocol that repairs on an engine what another one showed; null if none does. */
export function repairOf(
  protocol: Protocol,
  engine: EngineId,
  hasDropout: boolean,
): Protocol | null {
  const isRepair = (own: Protocol) =>
    own.repair !== undefined &&
    own.number > protocol.number &&
    expectedOf(own, engine, hasDropout) === 'exact';
  return protocols.find(isRepair) ?? null;
}
