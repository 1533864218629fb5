import { z } from 'zod';
import { conforming } from './read';

/** The fields that state the format, in a bundle of any format. */
const formatSchema = z.looseObject({ twintrain: z.literal('bundle'), format: z.int().min(0) });

/** @throws {ShapeError} */
export function readFormat(value: unknown): number {
  return conforming(value, formatSchema).format;
}
