import * as tf from '@tensorflow/tfjs-node-gpu';
import { nativeOperation } from '../trace/nativeOperation';

/**
 * int32 over its whole range from TensorFlow's counter-based generator (Philox 4x32-10; Salmon et
 * al. 2011): the same shape and seed give the same numbers in every engine. Integers, since XLA
 * and the interpreter turn the same bits into different floats.
 *
 * @param seed int32 [2]: key and counter
 */
export function statelessBits(shape: readonly number[], seed: tf.Tensor): tf.Tensor {
  return nativeOperation(
    'StatelessRandomUniformFullInt',
    { dtype: 'int32', T: 'int32', Tseed: 'int32' },
    [tf.tensor1d([...shape], 'int32'), seed],
  );
}
