import type { Architecture } from '../../shared/architecture/architecture';
import { tfjsModelJson, tfjsWeightName } from '../../shared/saving/tfjsModel';
import { otherwiseMaskedInTfjs } from '../../shared/source/tfjsMasks';
import { AppError } from '../../shared/lib/appError';
import { bytesOfValues } from '../runs/hashOfValues';
import type { WeightValues } from '../runs/weightValues';

const WEIGHTS_FILE = 'weights.bin';

/**
 * The files of a layers model of TensorFlow.js, by name.
 * @throws {AppError} bad-arguments naming a layer whose masks TensorFlow.js does not heed
 */
export function tfjsFiles(
  architecture: Architecture,
  weights: readonly WeightValues[],
): ReadonlyMap<string, Uint8Array> {
  const unmasked = otherwiseMaskedInTfjs(architecture, false);
  if (unmasked.length > 0) {
    throw new AppError(
      'bad-arguments',
      `TensorFlow.js would give ${unmasked.join(', ')} other masks than Keras, so that the saved network computed something else.`,
      'Save it as .keras or .onnx.',
    );
  }
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
