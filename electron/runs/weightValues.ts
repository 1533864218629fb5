/** A weight's values, named by the user's layer id. */
export interface WeightValues {
  readonly layer: string;
  readonly role: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}
