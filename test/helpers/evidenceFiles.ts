/** Files equal byte for byte in two equal runs; dropout's seeds exist only under the global regime. */
export const evidenceFiles = [
  'initial-weights.safetensors',
  'losses.f32',
  'batch-orders.u32',
  'batch-orders.jsonl',
  'epochs.jsonl',
  'weight-hashes.jsonl',
  'final-weights.safetensors',
];
