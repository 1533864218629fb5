import { float32Text } from '../../shared/lib/float32Text';
import { countText } from '../../shared/lib/countText';
import type { Style } from '../../shared/architecture/architecture';
import { jsonLoss } from '../../shared/protocols/protocolResult';
import type { EpochRecord, Outcome } from '../../shared/runs/run';
import { readEpochs, readRun } from '../runs/readRun';

/** Prints how a run ended. @returns its status; null if its process died */
export function reportRun(
  runFolder: string,
  style: Style,
  isJson: boolean,
): Outcome['status'] | null {
  const { losses, outcome } = readRun(runFolder);
  const status = outcome?.status ?? null;
  const error = outcome?.error ?? null;
  const [steps, finalLoss] = [losses.length, jsonLoss(losses.at(-1))];
  const { training = null, validation = null } = readEpochs(runFolder).at(-1) ?? {};
  if (isJson) {
    const record = { style, runFolder, status, steps, finalLoss, training, validation, error };
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return status;
  }
  const told = [
    `${style}: ${status ?? 'died'} after ${countText(steps, 'step')}, last loss ${lossText(losses.at(-1))}${error ? ` (${error.message} ${error.remedy})` : ''}`,
    ...(training === null ? [] : [`  last epoch: ${valuesText(training)}`]),
    ...(validation === null ? [] : [`  validation: ${valuesText(validation)}`]),
    `  ${runFolder}`,
  ];
  process.stdout.write(`${told.join('\n')}\n`);
  return status;
}

function lossText(loss: number | undefined): string {
  return loss === undefined ? 'none' : float32Text(loss);
}

function valuesText(values: EpochRecord['training']): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? float32Text(value) : value}`)
    .join(', ');
}
