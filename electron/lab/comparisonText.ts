import type { Comparison } from '../../shared/runs/divergence/compareRuns';
import {
  comparisonNotes,
  comparisonSentence,
} from '../../shared/runs/divergence/comparisonSentence';

/** A verdict with its sentence, then a line for each note. */
export function comparisonText(comparison: Comparison): string {
  const lines = [
    `${comparison.verdict}: ${comparisonSentence(comparison)}`,
    ...comparisonNotes(comparison).map((note) => `Note: ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}
