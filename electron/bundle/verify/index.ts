import { z } from 'zod';
import { conforming } from './read';

/** Of any format: what says which one it is. */
const formatSchema = z.looseObject({ twintrain: z.literal('bundle'), format: z.int().min(0) });

/** @throws {ShapeError} */
export function readFormat(value: unknown): number {
  return conforming(value, formatSchema).format;
}
