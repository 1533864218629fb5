import {
  comparisonNotes,
  comparisonSentence,
} from '../../shared/runs/divergence/comparisonSentence';
import { diffBundles, type RunDifference } from '../bundle/diffBundles';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { withBundles } from './openBundle';

/** `lab diff B1 B2`: two bundles run by run. @returns the exit status */
export async function diffCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [first, second, ...rest] = positionals;
  if (first === undefined || second === undefined || rest.length > 0) {
    throw badArguments('diff takes two bundles.');
  }
  return withBundles([first, second], signal, async ([a, b]) => {
    if (a === undefined || b === undefined) return 1;
    const differences = diffBundles(a, b);
    for (const own of differences) {
      process.stdout.write(values.json ? `${JSON.stringify(own)}\n` : differenceText(own));
    }
    const isSame = differences.every(
      (own) => own.in === 'both' && own.comparison.verdict === 'exact',
    );
    return isSame ? 0 : 1;
  });
}

function differenceText(own: RunDifference): string {
  if (own.in !== 'both') return `${own.run}: only in the ${own.in} bundle\n`;
  const { comparison } = own;
  return [
    `${own.run}: ${comparison.verdict}`,
    comparisonSentence(comparison),
    ...comparisonNotes(comparison),
  ]
    .map((line, place) => (place === 0 ? `${line}\n` : `  ${line}\n`))
    .join('');
}
