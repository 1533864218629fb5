import { z } from 'zod';

/**
 * A seed of a layer's own, as Keras' initialisers and Dropout take one: what it draws depends on
 * nothing else then. Null draws where the run's regime says.
 */
export const seedSchema = z.int().min(0).max(2_147_483_647).nullable().default(null);
