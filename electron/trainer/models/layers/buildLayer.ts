import type { layers } from '@tensorflow/tfjs-node-gpu';
import type { LayerKind, LayerSpec } from '../../../../shared/architecture/layerCatalog';
import type { Shape } from '../../../../shared/architecture/layers/definition';
import type { InitialiserFor } from '../initialiserSeeds';
import type { LayerBuilder } from './builder';
import { dense } from './dense';

const builders: { readonly [K in LayerKind]: LayerBuilder<Extract<LayerSpec, { kind: K }>> } = {
  dense,
};

export function buildLayer(
  spec: LayerSpec,
  initialiserFor: InitialiserFor,
  inputShape?: Shape,
): layers.Layer {
  return (builders[spec.kind] as LayerBuilder<LayerSpec>)(spec, initialiserFor, inputShape);
}
