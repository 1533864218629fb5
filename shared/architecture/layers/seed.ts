import { z } from 'zod';

/**
 * A layer's own seed, as Keras' initialisers and Dropout take it: what it draws then depends on
 * nothing else. Null draws as the run's regime says.
 */
export const seedSchema = z.int().min(0).max(2_147_483_647).nullable().default(null);
