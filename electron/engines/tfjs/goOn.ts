import { assertFits, type GivenWeights } from '../../runs/givenWeights';
import type { Engine } from './engine/engine';
import type { StepsBefore } from './stepFeeds';

/**
 * Puts given weights, and what else is restored with them, in place of what was drawn.
 * @throws {AppError} bad-project if they do not fit
 */
export function useGiven(engine: Engine, given: GivenWeights): void {
  const own = engine.readWeights();
  assertFits(given, own);
  const names = new Set(own.map(({ layer, role }) => `${layer}/${role}`));
  engine.writeWeights(given.weights.filter(({ layer, role }) => names.has(`${layer}/${role}`)));
  if (given.start?.optimiser === true) engine.writeSlots(given.slots);
}

/** The steps that an earlier training took, for what is restored of it. */
export function stepsBefore(given: GivenWeights | null): StepsBefore {
  const step = given?.state?.step ?? 0;
  return {
    updates: given?.start?.optimiser === true ? step : 0,
    masks: given?.start?.random === true ? step : 0,
  };
}

/** The order of its last epoch, which the library goes on to shuffle; null where orders are not gone on with. */
export function orderBefore(given: GivenWeights | null): Uint32Array | null {
  const order = given?.state?.order ?? null;
  return order === null ? null : Uint32Array.from(order);
}
