import { firstLossDifference } from '../state/curve';

/** What can be said of two loss curves while they grow. The verdict itself needs more evidence. */
export function agreementSentence(
  a: Float32Array | null,
  b: Float32Array | null,
  isTraining: boolean,
): string {
  const common = Math.min(a?.length ?? 0, b?.length ?? 0);
  if (a === null || b === null || common === 0) {
    return isTraining ? 'Waiting for the second model.' : 'Only one of the two was trained.';
  }
  const step = firstLossDifference(a, b);
  if (step === null)
    return `${isTraining ? 'Identical so far: the losses' : 'The losses'} of all ${common} common steps are equal bit for bit; the curves coincide.`;
  return step === 1
    ? 'The losses differ from the first step on.'
    : `The losses are equal up to step ${step - 1} and differ at step ${step}.`;
}
