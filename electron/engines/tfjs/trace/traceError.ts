/** Why a step cannot be compiled, naming the operation and, where known, the layer. */
export class TraceError extends Error {
  /** The layer whose `apply` was running, by its library name; null outside of layers. */
  readonly layer: string | null;

  constructor(message: string, layer: string | null = null) {
    super(layer === null ? message : `${message} (in layer ${layer})`);
    this.name = 'TraceError';
    this.layer = layer;
  }
}
