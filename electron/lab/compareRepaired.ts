import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { readRun } from '../runs/readRun';
import { repairsOfFolders, trainRepaired } from '../training/trainRepaired';
import { comparisonText } from './comparisonText';
import { againPorts } from './terminalPorts';

/** `lab compare A B --repair`: trains both repaired and compares those. @returns the exit status */
export async function compareRepaired(
  folders: readonly [string, string],
  out: string,
  isJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  const [first] = repairsOfFolders(folders);
  const label = first?.label ?? null;
  const runFolders = await trainRepaired(folders, label, out, againPorts(signal));
  const comparison = compareRuns(readRun(runFolders[0]), readRun(runFolders[1]));
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ repair: label, ...comparison, runFolders })}\n`);
  } else process.stdout.write(`${label}: ${first?.sentence}\n${comparisonText(comparison)}`);
  return comparison.verdict === 'exact' ? 0 : 1;
}
