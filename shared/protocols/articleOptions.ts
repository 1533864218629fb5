import { z } from 'zod';
import { dataSourceSchema } from '../data/dataSource';
import { engineChoiceSchema, type EngineChoice } from '../engines/engineCatalog';
import { projectSchema } from '../training/projectFile';
import { protocols } from './protocols';

/** Options of the article's comparison. */
export const articleOptionsSchema = z.strictObject({
  seed: z.string().min(1).max(256).default('42'),
  data: dataSourceSchema.default({ kind: 'builtin', name: 'iris' }),
  /** Units of each hidden layer. */
  hidden: z.array(z.int().min(1).max(65_536)).max(100).default([64, 64]),
  epochs: z.int().min(1).max(100_000).default(10),
  batchSize: z.int().min(1).max(1_048_576).default(32),
  threads: z.int().min(1).max(1_024).default(1),
  /** Each trains all of it, one engine after the other; none is the project's own, or `auto`. */
  engines: z
    .array(engineChoiceSchema)
    .refine((choices) => new Set(choices).size === choices.length, 'names an engine twice')
    .default([]),
  /** A project whose network, data and settings replace all of the above. */
  project: projectSchema.nullable().default(null),
  protocols: z
    .array(z.int().min(1).max(protocols.length))
    .min(1)
    .max(protocols.length)
    .refine((numbers) => new Set(numbers).size === numbers.length, 'names a protocol twice')
    .default([1, 2, 3, 4]),
});
/** The engines that options ask for, at least one. */
export function enginesOf({ engines, project }: ArticleOptions): readonly EngineChoice[] {
  return engines.length > 0 ? engines : [project?.engine ?? 'auto'];
}
export type ArticleOptions = z.infer<typeof articleOptionsSchema>;
