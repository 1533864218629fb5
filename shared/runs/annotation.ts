import { z } from 'zod';

export const ANNOTATION_FORMAT = 1;

/** What a person says about a run. It lies in the run's folder, so that it moves with it. */
export const annotationSchema = z.strictObject({
  twintrain: z.literal('annotation'),
  version: z.literal(ANNOTATION_FORMAT),
  /** Empty: the run is called by its id. */
  name: z.string().trim().max(200),
  note: z.string().max(10_000),
  tags: z.array(z.string().trim().min(1).max(64)).max(32),
});
export type Annotation = Omit<z.infer<typeof annotationSchema>, 'twintrain' | 'version'>;

const { name, note, tags } = annotationSchema.shape;
/** One part of it. */
export const annotationChangeSchema = z.union([
  z.strictObject({ name }),
  z.strictObject({ note }),
  z.strictObject({ tags }),
]);
export type AnnotationChange = z.infer<typeof annotationChangeSchema>;

export const noAnnotation: Annotation = { name: '', note: '', tags: [] };

/** Tags as a person types them, separated by commas; each once. */
export function tagsIn(text: string): string[] {
  const found = text.split(',').map((tag) => tag.trim());
  return [...new Set(found.filter((tag) => tag !== ''))];
}
