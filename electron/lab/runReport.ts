import type { Style } from '../../shared/architecture/architecture';
import { jsonLoss } from '../../shared/protocols/protocolResult';
import type { Outcome } from '../../shared/runs/run';
import { readRun } from '../store/readRun';

/** Prints how a run ended. @returns its status; null where it died */
export function reportRun(
  runFolder: string,
  style: Style,
  isJson: boolean,
): Outcome['status'] | null {
  const { losses, outcome } = readRun(runFolder);
  const status = outcome?.status ?? null;
  const error = outcome?.error ?? null;
  const [steps, finalLoss] = [losses.length, jsonLoss(losses.at(-1))];
  process.stdout.write(
    isJson
      ? `${JSON.stringify({ style, runFolder, status, steps, finalLoss, error })}\n`
      : `${style}: ${status ?? 'died'} after ${steps} steps, last loss ${losses.at(-1)}${error ? ` (${error.message} ${error.remedy})` : ''}\n  ${runFolder}\n`,
  );
  return status;
}
