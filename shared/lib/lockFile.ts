import { z } from 'zod';

/** Held by a running process, in the folder that it names: a copied lock holds nothing. */
export const lockFileSchema = z.strictObject({ pid: z.int().positive(), folder: z.string() });
