import type { NamedTensor } from '../../shared/runs/safetensors';

/** A weight's values, named by the user's layer id. */
export interface WeightValues {
  readonly layer: string;
  readonly role: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/** Under `layer/role`. */
export function tensorOf({ layer, role, shape, values }: WeightValues): NamedTensor {
  return { name: `${layer}/${role}`, shape, values };
}

/** The other way round; a layer's id may have slashes, a role has none. */
export function weightOf({ name, shape, values }: NamedTensor): WeightValues {
  const at = name.lastIndexOf('/');
  return { layer: name.slice(0, at), role: name.slice(at + 1), shape, values };
}
