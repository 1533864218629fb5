import * as tf from '@tensorflow/tfjs-node-gpu';

/** An attribute as tfjs-node hands it to the binding. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface NativeTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** tfjs-node's compiled binding, as far as it is used here. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): NativeTensor[];
  createTensor(shape: readonly number[], dtype: number, values: unknown): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputIds: readonly number[],
    inputNames: string,
    outputNames: string,
  ): NativeTensor[];
}

export interface Backend {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: { get(dataId: object): { id: number; shape: number[]; dtype: number } };
  executeSingleOutput(
    operation: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly tf.Tensor[],
  ): tf.Tensor;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: NativeTensor): tf.Tensor;
}

export function nativeBackend(): Backend {
  return tf.backend() as unknown as Backend;
}

/** The native id of a tensor; a value that is still only in JavaScript is uploaded first. */
export function nativeId(backend: Backend, tensor: tf.TensorInfo): number {
  return backend.getInputTensorIds([tensor])[0] as number;
}

/**
 * Whether TensorFlow was told to use oneDNN's kernels; it reads the variable when it is loaded. If it
 * is not set, TensorFlow decides by the CPU, and graphs keep the plain kernels.
 */
export function usesOneDnn(environment: NodeJS.ProcessEnv = process.env): boolean {
  return process.arch === 'x64' && environment['TF_ENABLE_ONEDNN_OPTS'] === '1';
}
