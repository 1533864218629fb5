import type { Comparison } from './compareRuns';
import { differenceSentence } from './differenceSentence';

/** What a comparison shows, in a sentence or two: the cause, then where the numbers part. */
export function comparisonSentence(comparison: Comparison): string {
  const { firstDifference, recorded, reason, steps } = comparison;
  if (firstDifference === null) {
    return reason ?? `All of ${steps} steps are equal, bit for bit, and so are the weights.`;
  }
  const first = differenceSentence(firstDifference);
  if (recorded === null) {
    return `${first} The ${steps} steps that both recorded are equal, bit for bit.`;
  }
  return firstDifference === recorded || comparison.decided.length === 0
    ? first
    : `${first} The first numbers that differ: ${lowered(differenceSentence(recorded))}`;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
