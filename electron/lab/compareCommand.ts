import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { comparisonSentence } from '../../shared/runs/divergence/comparisonSentence';
import { readRun } from '../store/readRun';
import { badArguments, parse } from './arguments';

/** `lab compare RUN_A RUN_B`. @returns the exit status */
export function compareCommand(args: readonly string[]): number {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [a, b, ...rest] = positionals;
  if (a === undefined || b === undefined || rest.length > 0) {
    throw badArguments('compare takes two run folders.');
  }
  const comparison = compareRuns(readRun(a), readRun(b));
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ...comparison, runFolders: [a, b] })}\n`);
  } else {
    const { verdict, notes } = comparison;
    process.stdout.write(
      [
        `${verdict}: ${comparisonSentence(comparison)}`,
        ...notes.map((note) => `Note: ${note}`),
        '',
      ].join('\n'),
    );
  }
  return comparison.verdict === 'exact' ? 0 : 1;
}
