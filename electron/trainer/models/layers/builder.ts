import type { layers } from '@tensorflow/tfjs-node-gpu';
import type { Shape } from '../../../../shared/architecture/layers/definition';
import type { InitialiserFor } from '../initialiserSeeds';

/**
 * Makes the library's layer from our spec.
 * @param inputShape given to the first layer of a Sequential only
 */
export type LayerBuilder<Spec> = (
  spec: Spec,
  initialiserFor: InitialiserFor,
  inputShape?: Shape,
) => layers.Layer;
