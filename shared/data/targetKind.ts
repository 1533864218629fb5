import { z } from 'zod';

/** The targets are numbers to predict; without it they name classes. */
export const targetKindSchema = z.literal('number').optional();
export type TargetKind = z.infer<typeof targetKindSchema>;
