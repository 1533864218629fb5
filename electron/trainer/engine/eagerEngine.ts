import * as tf from '@tensorflow/tfjs-node-gpu';
import { ModelEngine } from './modelEngine';

/**
 * The reference: every operation of every step goes through TensorFlow.js, as in `model.fit`.
 * The same batches give the same losses as `fit`, bit for bit.
 */
export class EagerEngine extends ModelEngine {
  readonly name = 'eager';
  /** Enough to make the loop's own work small, few enough to stop within a moment. */
  readonly stepsPerCall = 8;

  run(batches: readonly Int32Array[]): Float32Array {
    const { inputs, targets, step } = this.parts;
    return Float32Array.from(batches, (rows) =>
      tf.tidy(() => {
        const indices = tf.tensor1d(rows, 'int32');
        const loss = step(tf.gather(inputs, indices), tf.gather(targets, indices));
        return loss.dataSync()[0] as number;
      }),
    );
  }
}
