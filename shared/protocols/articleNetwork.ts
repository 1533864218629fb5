import type { SequentialArchitecture } from '../architecture/architecture';
import { layerCatalog, type LayerSpec } from '../architecture/layerCatalog';

/** A Sequential with only dense layers. */
export type DenseNetwork = Omit<SequentialArchitecture, 'layers'> & {
  layers: Extract<LayerSpec, { kind: 'dense' }>[];
};

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
): DenseNetwork {
  const kernelInitialiser = 'heNormal';
  const layers = [
    ...hidden.map((units, index) => ({ id: `hidden${index + 1}`, units, activation: 'relu' })),
    { id: 'output', units: classes, activation: 'softmax' },
  ].map((layer) => layerCatalog.dense.schema.parse({ ...layer, kind: 'dense', kernelInitialiser }));
  return { style: 'sequential', inputShape: [features], layers };
}
