import * as tf from '@tensorflow/tfjs-node-gpu';
import type { NamedWeight } from '../models/trainable';
import type { WeightValues } from './engine';

export function readWeights(weights: readonly NamedWeight[]): readonly WeightValues[] {
  return weights.map(({ layer, role, variable }) => ({
    layer,
    role,
    shape: variable.shape,
    values: variable.dataSync() as Float32Array,
  }));
}

/** @throws {Error} for an unknown weight or a wrong size */
export function writeWeights(
  weights: readonly NamedWeight[],
  values: readonly WeightValues[],
): void {
  const byName = new Map(weights.map((weight) => [`${weight.layer}/${weight.role}`, weight]));
  for (const { layer, role, shape, values: own } of values) {
    const weight = byName.get(`${layer}/${role}`);
    if (weight === undefined) throw new Error(`There is no weight ${layer}/${role}`);
    tf.tidy(() => weight.variable.assign(tf.tensor(own.slice(), [...shape])));
  }
}
