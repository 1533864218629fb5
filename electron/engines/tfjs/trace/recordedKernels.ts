import * as tf from '@tensorflow/tfjs-node-gpu';
import { nativeBackend } from './nativeBackend';
import { nativeOperation } from './nativeOperation';

interface GatherArguments {
  readonly inputs: { readonly x: tf.Tensor; readonly indices: tf.Tensor };
  readonly attrs: { readonly axis: number; readonly batchDims: number };
}

/**
 * tfjs-node's GatherV2 kernel without its check of the indices, which only serves an error message
 * and would abort a recording. Whoever replays the recording ensures that indices are in range.
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

interface ExpandArguments {
  readonly inputs: { readonly input: tf.Tensor };
  readonly attrs: { readonly dim: number };
}

/** tfjs-node's ExpandDims kernel with its types, which it leaves to eager execution to find and a graph needs. */
export function expandTyped({ inputs: { input }, attrs: { dim } }: ExpandArguments): tf.Tensor {
  return tf.tidy(() =>
    nativeOperation('ExpandDims', { T: input.dtype, Tdim: 'int32' }, [
      input,
      tf.scalar(dim, 'int32'),
    ]),
  );
}
