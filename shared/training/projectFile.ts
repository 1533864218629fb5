import { z } from 'zod';
import { architectureSchema, asSubclass } from '../architecture/architecture';
import { dataSourceSchema } from '../data/dataSource';
import { engineChoiceSchema } from '../engines/engineCatalog';
import { recordingSchema } from './recording';
import { environmentSchema, randomnessSchema, trainingSchema } from './trainingConfig';

export const PROJECT_FORMAT = 1;

const place = z.number().min(-1e6).max(1e6);

/** How a project is trained: everything except the network. */
export const planSchema = z.strictObject({
  name: z.string().min(1).max(200),
  training: trainingSchema.prefault({}),
  environment: environmentSchema.prefault({}),
  recording: recordingSchema.prefault({}),
  engine: engineChoiceSchema.default('auto'),
  randomness: randomnessSchema,
  data: dataSourceSchema,
  /**
   * Weights to start from, in place of what initialisers draw: a safetensors file with tensors
   * `layer/role` for every weight. A relative path starts at the project's folder.
   */
  initialWeights: z.string().min(1).max(4_096).nullable().default(null),
});

/**
 * A project file: one network in one or both styles, and how to train it. A relative path
 * of data or weights starts at the file's own folder.
 */
export const projectSchema = planSchema
  .extend({
    twintrain: z.literal('project'),
    version: z.literal(PROJECT_FORMAT),
    architectures: z.array(architectureSchema).min(1).max(2),
    /** Positions of calls on the canvas, by name; not part of the architecture. */
    canvas: z.record(z.string().max(64), z.strictObject({ x: place, y: place })).default({}),
  })
  .refine(
    ({ architectures: [first, second] }) => first?.style !== second?.style,
    'architectures has the same style twice',
  )
  .refine(
    ({ architectures: own }) => own.length === 1 || own.some(({ style }) => style === 'subclass'),
    'architectures are a subclass and either a sequential or a functional',
  )
  .refine(({ architectures: own }) => {
    const graphs = own.filter(({ style }) => style !== 'sequential').map(asSubclass);
    return new Set(graphs.map((graph) => JSON.stringify(graph))).size < 2;
  }, 'architectures has a functional with other layers or calls than the subclass beside it');
export type Project = z.infer<typeof projectSchema>;
