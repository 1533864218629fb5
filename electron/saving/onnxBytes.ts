import type { Architecture } from '../../shared/architecture/architecture';
import { onnxFile } from '../../shared/saving/onnx/onnxFile';
import { onnxModel } from '../../shared/saving/onnx/onnxModel';
import { AppError } from '../../shared/lib/appError';
import type { WeightValues } from '../runs/weightValues';

/** Protocol buffers cannot be larger. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/**
 * A network as an ONNX file.
 * @throws {AppError} bad-arguments naming a layer that ONNX cannot express, or the size
 */
export function onnxBytes(
  architecture: Architecture,
  weights: readonly WeightValues[],
  producer: { readonly name: string; readonly version: string },
): Uint8Array {
  const bytes = weights.reduce((sum, { values }) => sum + values.byteLength, 0);
  if (bytes > MOST_BYTES) {
    throw new AppError(
      'bad-arguments',
      `The weights have ${bytes} bytes, and a file of ONNX at most 2 GiB.`,
      'Save it as .keras or safetensors.',
    );
  }
  const byName = new Map(weights.map((own) => [`${own.layer}/${own.role}`, own]));
  const weightsOf = (layer: string, role: string) => {
    const own = byName.get(`${layer}/${role}`);
    if (own === undefined) throw new Error(`There is no weight ${layer}/${role}`);
    return own;
  };
  try {
    return onnxFile(onnxModel(architecture, weightsOf), producer);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('bad-arguments', `${reason}.`, 'Save it as .keras or tfjs.', error);
  }
}
