import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { readRun } from '../runs/readRun';
import { trainRepaired } from '../training/trainRepaired';
import { comparisonText } from './comparisonText';
import { againPorts } from './terminalPorts';

/** `lab compare A B --repair`: trains both repaired and compares those. @returns the exit status */
export async function compareRepaired(
  folders: readonly [string, string],
  out: string,
  isJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { repair, folders: runFolders } = await trainRepaired(
    folders,
    null,
    out,
    againPorts(signal),
  );
  const { label, sentence } = repair;
  const comparison = compareRuns(readRun(runFolders[0]), readRun(runFolders[1]));
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ repair: label, ...comparison, runFolders })}\n`);
  } else process.stdout.write(`${label}: ${sentence}\n${comparisonText(comparison)}`);
  return comparison.verdict === 'exact' ? 0 : 1;
}
