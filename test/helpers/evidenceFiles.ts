/** What two equal runs have byte for byte; the seeds of dropout are there under the global regime alone. */
export const evidenceFiles = [
  'initial-weights.safetensors',
  'losses.f32',
  'batch-orders.u32',
  'batch-orders.jsonl',
  'epochs.jsonl',
  'weight-hashes.jsonl',
  'final-weights.safetensors',
];
