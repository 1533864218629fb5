import * as tf from '@tensorflow/tfjs-node-gpu';
import { nativeOperation } from '../trace/nativeOperation';

/**
 * Gives relu TensorFlow's own gradient operation, dy where x > 0 and else 0. The library composes it
 * of seven operations over the whole activation, which cost a convolution's worth of time. The
 * numbers are the same; only a zero may have the other sign, and what is not a number stays one.
 */
export function useNativeGradients(): void {
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    // The output says where x > 0 as well as x does, and lets TensorFlow fuse relu with what is before.
    gradFunc: (dy, [y]) => ({
      x: () => nativeOperation('ReluGrad', { T: 'float32' }, [dy as tf.Tensor, y as tf.Tensor]),
    }),
  });
}
