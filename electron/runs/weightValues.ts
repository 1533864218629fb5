/** A weight's values by the user's layer id. */
export interface WeightValues {
  readonly layer: string;
  readonly role: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}
