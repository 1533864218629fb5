import { z } from 'zod';
import { articleOptionsSchema } from '../protocols/articleOptions';
import { engineSelectionSchema } from '../engines/engineCatalog';
import { projectSchema } from '../training/projectFile';

/** Beside the runs of an experiment: what they are trained from, so that those that lack can follow. */
export const EXPERIMENT_FILE = 'experiment.json';

const common = {
  twintrain: z.literal('experiment'),
  version: z.literal(1),
  /** ISO 8601; every run of the experiment bears it. */
  createdAt: z.string(),
  /** What all its runs use. */
  engine: engineSelectionSchema,
};

export const experimentFileSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('project'), project: projectSchema }),
  z.strictObject({ ...common, kind: z.literal('article'), options: articleOptionsSchema }),
]);
export type ExperimentFile = z.infer<typeof experimentFileSchema>;
