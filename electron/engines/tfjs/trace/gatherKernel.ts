import * as tf from '@tensorflow/tfjs-node-gpu';
import { nativeBackend } from './nativeBackend';
import { nativeOperation } from './nativeOperation';

interface GatherArguments {
  readonly inputs: { readonly x: tf.Tensor; readonly indices: tf.Tensor };
  readonly attrs: { readonly axis: number; readonly batchDims: number };
}

/**
 * tfjs-node's GatherV2 kernel without its look at the indices, which serves an error message only
 * and would end a recording. Whoever replays the recording sees to it that indices are in range.
 */
export function gatherUnchecked({ inputs: { x, indices }, attrs }: GatherArguments): tf.Tensor {
  const type = nativeBackend().binding.TF_ATTR_INT;
  return tf.tidy(() =>
    nativeOperation(
      'GatherV2',
      { Tparams: x.dtype, Tindices: indices.dtype, Taxis: 'int32' },
      [x, indices, tf.scalar(attrs.axis, 'int32')],
      [{ name: 'batch_dims', type, value: attrs.batchDims }],
    ),
  );
}
