import { z } from 'zod';
import { weight, type Shape, type WeightPlan } from './definition';

/** What the normalisations have in common: a guard against division by zero, then gamma and beta. */
export const affineFields = {
  epsilon: z.number().positive().max(1).default(1e-3),
  center: z.boolean().default(true),
  scale: z.boolean().default(true),
};

/** Gamma and beta, one of each for every index of the last axis. */
export function affineWeights(
  { center, scale }: { readonly center: boolean; readonly scale: boolean },
  input: Shape | undefined,
): readonly WeightPlan[] {
  const length = input?.slice(-1) ?? [];
  return [
    ...(scale ? [weight('gamma', length, 'ones')] : []),
    ...(center ? [weight('beta', length, 'zeros')] : []),
  ];
}
