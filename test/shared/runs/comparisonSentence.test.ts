import { expect, test } from 'vitest';
import { compareRuns } from '../../../shared/runs/divergence/compareRuns';
import {
  comparisonNotes,
  comparisonSentence,
} from '../../../shared/runs/divergence/comparisonSentence';
import { manifest, run } from '../../helpers/smallEvidence';

test('another environment is a note on equal runs, and named where arithmetic is the first to differ', () => {
  const engine = { ...manifest.ran.engine, threads: 2, name: 'xla' };
  const other = { ...run, manifest: { ...manifest, ran: { ...manifest.ran, engine } } };
  const told = ['The engine differs: eager and xla.', 'The thread count differs: 1 and 2.'];
  const equal = compareRuns(run, other);
  expect([equal.verdict, equal.environment]).toEqual(['exact', told]);
  expect(comparisonNotes(equal)).toEqual(told);
  expect(comparisonSentence(equal)).not.toContain('differs');

  const apart = compareRuns(run, { ...other, losses: Float32Array.of(1, 0.5, 0.25, 0.12) });
  expect(apart.firstDifference?.kind).toBe('arithmetic');
  expect(comparisonSentence(apart)).toMatch(
    new RegExp(`^Step 4: .*its bits\\. ${told.join(' ')}$`),
  );
  expect(comparisonNotes(apart)).toEqual([]);
});

test('without a difference the sentence is the reason why nothing is verified, if there is one', () => {
  expect(comparisonSentence(compareRuns(run, run))).toMatch(/^All 4 steps are equal, bit for bit/);
  const died = compareRuns(run, { ...run, outcome: null });
  expect(died.verdict).toBe('not_verified');
  expect(comparisonSentence(died)).toMatch(/^The second run has no outcome/);
});
