import type { ChosenNpy } from './chosen';
import type { npy } from './kinds/npy';
import type { z } from 'zod';

type NpySource = z.infer<typeof npy.schema>;

/** The arrays that data may have, and the fields of a source that name file and array of each. */
export const npyFields = {
  rows: ['path', 'array'],
  labels: ['labels', 'labelsArray'],
  weights: ['weights', 'weightsArray'],
  groups: ['groups', 'groupsArray'],
  validation: ['validation', 'validationArray'],
  validationLabels: ['validationLabels', 'validationLabelsArray'],
} as const satisfies Readonly<Record<string, readonly [keyof NpySource, keyof NpySource]>>;
export type NpyPart = keyof typeof npyFields;
export const npyParts = Object.keys(npyFields) as readonly NpyPart[];

export const noArrays: Readonly<Record<NpyPart, ChosenNpy | null>> = {
  rows: null,
  labels: null,
  weights: null,
  groups: null,
  validation: null,
  validationLabels: null,
};

/** The fields of a source that name the chosen arrays. */
export function npyPlaces(chosen: Readonly<Record<NpyPart, ChosenNpy | null>>): Partial<NpySource> {
  const fields = npyParts.flatMap((part) => {
    const [path, array] = npyFields[part];
    const own = chosen[part];
    return own === null ? [] : [[path, own.path] as const, [array, own.array] as const];
  });
  return Object.fromEntries(fields) as Partial<NpySource>;
}
