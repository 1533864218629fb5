import type { Comparison } from './compareRuns';
import { differenceSentence } from './differenceSentence';

/** What a comparison shows, as one sentence. */
export function comparisonSentence({ firstDifference, reason, steps }: Comparison): string {
  return firstDifference === null
    ? (reason ?? `All of ${steps} steps are equal, bit for bit, and so are the weights.`)
    : differenceSentence(firstDifference);
}
