import { z } from 'zod';
import { articleOptionsSchema } from '../protocols/articleOptions';
import { projectSchema } from '../training/projectFile';
import type { RequestName, Requests } from './contract';

/** What the main process accepts: every argument is parsed before a handler sees it. */
export const requestSchemas = {
  appInfo: z.null(),
  chooseCsv: z.null(),
  startArticle: articleOptionsSchema,
  startProject: projectSchema,
  stopExperiment: z.strictObject({ experiment: z.string().max(64) }),
  pauseExperiment: z.strictObject({ experiment: z.string().max(64), isPaused: z.boolean() }),
  showRunFolder: z.strictObject({ folder: z.string().max(4_096) }),
} as const satisfies { readonly [K in RequestName]: z.ZodType<Requests[K]['input']> };
