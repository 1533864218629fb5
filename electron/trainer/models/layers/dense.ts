import * as tf from '@tensorflow/tfjs-node-gpu';
import type { DenseSpec } from '../../../../shared/architecture/layers/dense';
import type { LayerBuilder } from './builder';

export const dense: LayerBuilder<DenseSpec> = (spec, initialiserFor, inputShape) =>
  tf.layers.dense({
    ...(inputShape === undefined ? {} : { inputShape: [...inputShape] }),
    units: spec.units,
    activation: spec.activation,
    useBias: spec.useBias,
    kernelInitializer: initialiserFor(spec.kernelInitialiser, spec.id, 'kernel'),
    biasInitializer: initialiserFor(spec.biasInitialiser, spec.id, 'bias'),
  });
