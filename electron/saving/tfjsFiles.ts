import type { Architecture } from '../../shared/architecture/architecture';
import { tfjsModelJson, tfjsWeightName } from '../../shared/saving/tfjsModel';
import { bytesOfValues } from '../runs/hashOfValues';
import type { WeightValues } from '../runs/weightValues';

const WEIGHTS_FILE = 'weights.bin';

/** The files of a layers model of TensorFlow.js, by name. */
export function tfjsFiles(
  architecture: Architecture,
  weights: readonly WeightValues[],
): ReadonlyMap<string, Uint8Array> {
  const stored = weights.map(({ layer, role, shape }) => ({
    name: tfjsWeightName(architecture, layer, role),
    shape,
    dtype: 'float32' as const,
  }));
  const json = JSON.stringify(tfjsModelJson(architecture, stored, WEIGHTS_FILE));
  return new Map([
    ['model.json', Buffer.from(json)],
    [WEIGHTS_FILE, Buffer.concat(weights.map(({ values }) => bytesOfValues(values)))],
  ]);
}
