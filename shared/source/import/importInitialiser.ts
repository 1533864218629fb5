import { z } from 'zod';
import { initialiserSchema, type InitialiserKind } from '../../architecture/initialisers';

const stored = z.union([
  z.string().transform((name) => ({ class_name: name, config: {} as Record<string, unknown> })),
  z.looseObject({ class_name: z.string(), config: z.record(z.string(), z.unknown()) }),
]);

export interface ImportedInitialiser {
  readonly kind: InitialiserKind;
  /** The initialiser's own seed; null if it has none. */
  readonly seed: number | null;
}

/** Scale and mode of the variance-scaling initialisers; each exists with both distributions. */
const scalings: readonly (readonly [scale: number, mode: string, name: string])[] = [
  [2, 'fan_in', 'he'],
  [1, 'fan_in', 'lecun'],
  [1, 'fan_avg', 'glorot'],
];

/** The initialiser that Keras or TensorFlow.js stored, by name or as a class; undefined for others. */
export function initialiserOf(value: unknown): ImportedInitialiser | undefined {
  const parsed = stored.safeParse(value);
  if (!parsed.success) return undefined;
  const { class_name: className, config } = parsed.data;
  const kind = kindOf(className, config);
  const seed = seedOf(config['seed']);
  return kind === undefined || seed === undefined ? undefined : { kind, seed };
}

/** Keras stores a number, null, or a generator that has one. */
export function seedOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  const generator = z
    .looseObject({ config: z.looseObject({ seed: z.unknown() }) })
    .safeParse(value);
  const seed = z
    .int()
    .min(0)
    .max(2_147_483_647)
    .safeParse(generator.success ? generator.data.config.seed : value);
  return seed.success ? seed.data : undefined;
}

function kindOf(
  className: string,
  config: Readonly<Record<string, unknown>>,
): InitialiserKind | undefined {
  if (className === 'VarianceScaling') return scaled(config);
  const bounds = [config['minval'] ?? -0.05, config['maxval'] ?? 0.05];
  if (/^(random_?)?uniform$/i.test(className)) {
    return bounds.join() === '-0.05,0.05' ? 'randomUniform' : undefined;
  }
  if (/^orthogonal/i.test(className)) {
    return (config['gain'] ?? 1) === 1 ? 'orthogonal' : undefined;
  }
  // HeNormal, he_normal and heNormal are the same.
  const plain = className.replaceAll('_', '').toLowerCase();
  return initialiserSchema.options.find((kind) => kind.toLowerCase() === plain);
}

function scaled(config: Readonly<Record<string, unknown>>): InitialiserKind | undefined {
  const { scale, mode, distribution } = config;
  const found = scalings.find(([own, ownMode]) => own === scale && ownMode === mode);
  if (found === undefined) return undefined;
  const suffix =
    distribution === 'uniform'
      ? 'Uniform'
      : distribution === 'normal' || distribution === 'truncated_normal'
        ? 'Normal'
        : '';
  return initialiserSchema.options.find((kind) => kind === `${found[2]}${suffix}`);
}
