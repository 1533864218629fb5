import { float32Text } from '../../shared/lib/float32Text';
import { countText } from '../../shared/lib/countText';
import type { Style } from '../../shared/architecture/architecture';
import { jsonLoss } from '../../shared/protocols/protocolResult';
import type { EpochRecord, Outcome, RunManifest } from '../../shared/runs/run';
import { inOwnUnit } from '../../shared/training/ownUnit';
import { callbackText, toldCallbacks } from '../../shared/training/callbacks/callbackRecord';
import { readCallbacks, readEpochs, readRun } from '../runs/readRun';

type Values = EpochRecord['training'];

/** Prints how a run ended. @returns its status; null if its process died */
export function reportRun(
  runFolder: string,
  style: Style,
  isJson: boolean,
): Outcome['status'] | null {
  const { losses, outcome, manifest } = readRun(runFolder);
  const status = outcome?.status ?? null;
  const error = outcome?.error ?? null;
  const [steps, finalLoss] = [losses.length, jsonLoss(losses.at(-1))];
  const { training = null, validation = null } = readEpochs(runFolder).at(-1) ?? {};
  const callbacks = readCallbacks(runFolder);
  if (isJson) {
    const own = (values: Values | null) => values && ownValues(values, manifest);
    const record = {
      ...{ style, runFolder, status, steps, finalLoss, training, validation, callbacks, error },
      ...(manifest.data.targetScale && {
        inOwnUnit: { training: own(training), validation: own(validation) },
      }),
    };
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return status;
  }
  const told = [
    `${style}: ${status ?? 'died'} after ${countText(steps, 'step')}, last loss ${lossText(losses.at(-1))}${error ? ` (${error.message} ${error.remedy})` : ''}`,
    ...(training === null ? [] : [`  last epoch: ${valuesText(training, manifest)}`]),
    ...(validation === null ? [] : [`  validation: ${valuesText(validation, manifest)}`]),
    ...toldCallbacks(callbacks).map((own) => `  ${callbackText(own)}`),
    `  ${runFolder}`,
  ];
  process.stdout.write(`${told.join('\n')}\n`);
  return status;
}

function lossText(loss: number | undefined): string {
  return loss === undefined ? 'none' : float32Text(loss);
}

function valuesText(values: Values, manifest: RunManifest): string {
  const own = ownValues(values, manifest);
  return Object.entries(values)
    .map(([name, value]) => {
      const told = `${name} ${typeof value === 'number' ? float32Text(value) : value}`;
      const inUnit = own[name];
      return inUnit === undefined ? told : `${told} (${inUnit.toPrecision(6)} in its own unit)`;
    })
    .join(', ');
}

/** Those that have a unit, in that of the numbers to predict; none if these are not scaled. */
function ownValues(
  values: Values,
  { training, data: { targetScale } }: RunManifest,
): Readonly<Record<string, number>> {
  const own = Object.entries(values).flatMap(([name, value]) => {
    const inUnit = inOwnUnit(name, Number(value), training, targetScale ?? null);
    return inUnit === null ? [] : [[name, inUnit] as const];
  });
  return Object.fromEntries(own);
}
