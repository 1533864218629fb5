import { countText } from '../../lib/countText';
import type { Comparison } from './compareRuns';
import { differenceSentence } from './differenceSentence';
import type { FirstDifference } from './firstDifference';

/**
 * What a comparison shows, in a sentence or two: the cause, then where the numbers diverge. Numbers that
 * round differently do so for a reason, so differences of environment are stated with them.
 */
export function comparisonSentence(comparison: Comparison): string {
  const { firstDifference, recorded, reason, steps, environment } = comparison;
  if (firstDifference === null) {
    if (reason !== null) return reason;
    return steps === 1
      ? 'The one step is equal, bit for bit, and so are the weights.'
      : `All ${countText(steps, 'step')} are equal, bit for bit, and so are the weights.`;
  }
  if (firstDifference.kind === 'arithmetic') {
    return [differenceSentence(firstDifference), ...environment].join(' ');
  }
  const first = decidedSentences(comparison);
  if (recorded === null) {
    return `${first} What both recorded, ${countText(steps, 'step')}, is equal, bit for bit.`;
  }
  return firstDifference === recorded || comparison.decided.length === 0
    ? first
    : `${first} The first recorded numbers that differ are those of ${placeOf(recorded)}.`;
}

/** Settings that are told one by one. */
const MOST_TOLD = 2;

/**
 * What was set differently, the seeds always: other settings alone do not change what is drawn. Where
 * nothing was, the first difference.
 */
function decidedSentences({ firstDifference, decided }: Comparison): string {
  if (firstDifference === null) return '';
  if (decided.length === 0) return differenceSentence(firstDifference);
  const told = decided.filter((own, at) => at < MOST_TOLD || own.setting === 'seed');
  const more = decided.length - told.length;
  return [
    ...told.map(differenceSentence),
    ...(more === 0
      ? []
      : [`${countText(more, 'more difference')} ${more === 1 ? 'was' : 'were'} set.`]),
  ].join(' ');
}

/** What the sentence does not already say. */
export function comparisonNotes({
  firstDifference,
  decided,
  environment,
  notes,
}: Comparison): readonly string[] {
  if (firstDifference?.kind === 'arithmetic') return notes;
  // What was set otherwise without any effect.
  const unseen = firstDifference === null ? decided.map(differenceSentence) : [];
  return [...unseen, ...environment, ...notes];
}

/** Where the numbers diverge. Does not say what is equal before, since the settings already differ. */
function placeOf({ kind, step, layer, tensor, seenIn }: FirstDifference): string {
  const name = layer === null ? '' : `${layer}${tensor === null ? '' : `/${tensor}`}`;
  switch (kind) {
    case 'initial-weights':
      return `the initial weights ${name}`;
    case 'batch-order':
      return `the order of rows at step ${step}`;
    case 'dropout':
      return `dropout at ${name} in step ${step}`;
    default:
      return seenIn === 'weights'
        ? `the weights${name && ` ${name}`} after step ${step}`
        : `the loss of step ${step}`;
  }
}
