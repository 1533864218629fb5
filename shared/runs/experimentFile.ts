import { z } from 'zod';
import { articleOptionsSchema } from '../protocols/articleOptions';
import { engineSelectionSchema } from '../engines/engineCatalog';
import { isFields } from '../lib/fields';
import { projectSchema } from '../training/projectFile';

/** Beside the runs of an experiment: what they are trained from, so that missing runs can follow. */
export const EXPERIMENT_FILE = 'experiment.json';

export const EXPERIMENT_FORMAT = 2;

const common = {
  twintrain: z.literal('experiment'),
  version: z.literal(EXPERIMENT_FORMAT),
  /** ISO 8601; every run of the experiment has it. */
  createdAt: z.string(),
  /** What its runs use, in the order in which they are trained. */
  engines: z.array(engineSelectionSchema).min(1),
};

const currentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('project'), project: projectSchema }),
  z.strictObject({ ...common, kind: z.literal('article'), options: articleOptionsSchema }),
]);
export type ExperimentFile = z.infer<typeof currentSchema>;

export const experimentFileSchema = z.preprocess(upgraded, currentSchema);

/** Version 1 had one engine for all of its runs. */
function upgraded(file: unknown): unknown {
  if (!isFields(file) || file['version'] !== 1) return file;
  const { engine, options, ...rest } = file;
  if (!isFields(options)) return { ...rest, version: EXPERIMENT_FORMAT, engines: [engine] };
  const { engine: asked, ...others } = options;
  return {
    ...rest,
    version: EXPERIMENT_FORMAT,
    engines: [engine],
    options: { ...others, engines: asked === undefined ? [] : [asked] },
  };
}
