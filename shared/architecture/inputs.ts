import { INPUT, type Architecture, type GraphArchitecture } from './architecture';
import type { Shape } from './layers/definition';
import { sizeOf } from './shape';

/** An input of a network, and where its numbers are in a row of the data. */
export interface NetworkInput {
  readonly name: string;
  readonly shape: Shape;
  /** The place of its first number in a row. */
  readonly from: number;
  readonly size: number;
}

/** Inputs in the order in which their numbers stand in a row; a network with one calls it `input`. */
export function inputsOf(architecture: Architecture): readonly NetworkInput[] {
  const { inputShape } = architecture;
  const several = severalInputs(architecture);
  if (several === null) {
    return [{ name: INPUT, shape: inputShape, from: 0, size: sizeOf(inputShape) }];
  }
  let from = 0;
  return several.map(({ name, shape }) => {
    const own = { name, shape, from, size: sizeOf(shape) };
    from += own.size;
    return own;
  });
}

/** Null if the network has one. */
export function severalInputs(
  architecture: Architecture,
): NonNullable<GraphArchitecture['inputs']> | null {
  return architecture.style === 'sequential' ? null : (architecture.inputs ?? null);
}

/** The same network with such inputs; a row holds their numbers one after the other. */
export function withInputs<A extends GraphArchitecture>(
  architecture: A,
  inputs: NonNullable<GraphArchitecture['inputs']>,
): A {
  return {
    ...architecture,
    inputShape: [inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)],
    inputs,
  };
}
