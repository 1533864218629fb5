import * as tf from '@tensorflow/tfjs-node-gpu';

interface GatherArguments {
  readonly inputs: { readonly x: tf.Tensor; readonly indices: tf.Tensor };
  readonly attrs: { readonly axis: number; readonly batchDims: number };
  readonly backend: {
    readonly binding: { readonly TF_ATTR_INT: number; readonly TF_ATTR_TYPE: number };
    executeSingleOutput(
      operation: string,
      attributes: readonly { name: string; type: number; value: number }[],
      inputs: readonly tf.Tensor[],
    ): tf.Tensor;
  };
}

const typeNumbers: Readonly<Record<string, number>> = { float32: 1, int32: 3, bool: 10 };

/**
 * tfjs-node's GatherV2 kernel without its look at the indices, which serves an error message only
 * and would end a recording. Whoever replays the recording sees to it that indices are in range.
 */
export function gatherUnchecked({ inputs, attrs, backend }: GatherArguments): tf.Tensor {
  const { x, indices } = inputs;
  const { TF_ATTR_INT, TF_ATTR_TYPE } = backend.binding;
  const type = (name: string, dtype: string) => ({
    name,
    type: TF_ATTR_TYPE,
    value: typeNumbers[dtype] as number,
  });
  return tf.tidy(() =>
    backend.executeSingleOutput(
      'GatherV2',
      [
        { name: 'batch_dims', type: TF_ATTR_INT, value: attrs.batchDims },
        type('Tparams', x.dtype),
        type('Tindices', indices.dtype),
        type('Taxis', 'int32'),
      ],
      [x, indices, tf.scalar(attrs.axis, 'int32')],
    ),
  );
}
