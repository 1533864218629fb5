import { z } from 'zod';
import { weightStages } from '../evaluation/evaluation';
import type { Match } from '../runs/matchLayers';
import type { Start } from '../runs/start';
import { projectSchema } from '../training/projectFile';

/** Weights to start from, as the page asks for them. */
export const askedStartSchema = z.strictObject({
  project: projectSchema,
  /** What is chosen: a run's folder or a file; or what was chosen last, with other settings. */
  source: z.enum(['folder', 'file', 'again']),
  /** Of a run or bundle; null of a file. */
  which: z.union([z.enum(weightStages), z.strictObject({ step: z.int().min(1) })]).nullable(),
  /** Layers of the source by layers of the network; null draws one. */
  matched: z.array(z.tuple([z.string().max(256), z.string().max(256).nullable()])).max(4_000),
  optimiser: z.boolean(),
  random: z.boolean(),
});
export type AskedStart = z.infer<typeof askedStartSchema>;

/** What was written, and how layers were matched. */
export interface ShownStart {
  readonly file: string;
  readonly start: Start;
  readonly matches: readonly Match[];
  /** Layers of the source. */
  readonly theirs: readonly string[];
}
