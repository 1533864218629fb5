import type { SequentialArchitecture } from '../architecture/architecture';
import { layerSpecSchema } from '../architecture/layerCatalog';

/**
 * The article's network: a small classifier, HeNormal kernels, relu, softmax at the end.
 *
 * @param features width of a row
 * @param hidden units of each hidden layer
 * @param classes width of the output, at least 2
 */
export function articleNetwork(
  features: number,
  hidden: readonly number[],
  classes: number,
): SequentialArchitecture {
  const kernelInitialiser = 'heNormal';
  const layers = [
    ...hidden.map((units, index) => ({ id: `hidden${index + 1}`, units, activation: 'relu' })),
    { id: 'output', units: classes, activation: 'softmax' },
  ].map((layer) => layerSpecSchema.parse({ ...layer, kind: 'dense', kernelInitialiser }));
  return { style: 'sequential', inputShape: [features], layers };
}
