import type { OnnxAttribute, OnnxConstant, OnnxNode } from './onnxFile';

/** Collects the operations of a graph; values are named by counting. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  #count = 0;

  /** @returns the name of its first output */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    return this.outputsOf(op, inputs, attributes, [true])[0] ?? '';
  }

  /** @returns the names of its outputs; those that nothing uses are empty */
  outputsOf(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    used: readonly boolean[],
  ): readonly string[] {
    const outputs = used.map((own) => (own ? `value_${this.#count++}` : ''));
    this.nodes.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  floats(shape: readonly number[], values: Float32Array): string {
    return this.#constant(shape, values);
  }

  scalar(value: number): string {
    return this.#constant([], Float32Array.of(value));
  }

  /** A vector of whole numbers. */
  ints(values: readonly number[]): string {
    return this.#constant([values.length], BigInt64Array.from(values, BigInt));
  }

  #constant(shape: readonly number[], values: OnnxConstant['values']): string {
    const name = `constant_${this.constants.length}`;
    this.constants.push({ name, shape, values });
    return name;
  }
}
