import { z } from 'zod';
import { builtinNames, type BuiltinName } from '../builtinData';
import type { DataKind } from '../dataKind';

/** A data set that comes with the lab. */
export const builtin = {
  label: 'Built-in',
  schema: z.strictObject({
    kind: z.literal('builtin'),
    name: z.enum(builtinNames as [BuiltinName, ...BuiltinName[]]),
  }),
  places: [],
} as const satisfies DataKind;
