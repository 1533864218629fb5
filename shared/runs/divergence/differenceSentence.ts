import type { FirstDifference } from './compareRuns';

/** The first difference as one sentence that a person can quote. */
export function differenceSentence(difference: FirstDifference): string {
  const { step, kind, layer, tensor, stream } = difference;
  switch (kind) {
    case 'initial-weights':
      return `Before the first step the weights ${layer}/${tensor} differ (stream ${stream}).`;
    case 'batch-order':
      return `Step ${step}: same initial weights, but the batch holds rows in another order (stream ${stream}).`;
    case 'arithmetic':
      return layer === null
        ? `Step ${step}: same initial weights and batches, but the loss differs in its bits.`
        : `After step ${step} the weights ${layer}/${tensor} differ although all losses were equal.`;
  }
}
