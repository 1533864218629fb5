/** The files of one run. Only the trainer writes them. */
export const runFiles = {
  manifest: 'run.json',
  initialWeights: 'initial-weights.safetensors',
  initialHashes: 'initial-weights.json',
  /** float32 little-endian, one loss a step, from step 1. */
  losses: 'losses.f32',
  /** uint32 little-endian row numbers, epoch after epoch. */
  orderRows: 'batch-orders.u32',
  orders: 'batch-orders.jsonl',
  /** Means of loss and metrics, one line an epoch. */
  epochs: 'epochs.jsonl',
  /** Hashes of all weights on the recording's schedule. */
  weightHashes: 'weight-hashes.jsonl',
  /** The latest whole state, to go on from; without tensors once the run is finished. */
  snapshot: 'snapshot.safetensors',
  /** What the process was told, kept to take the run up again. */
  script: 'script.json',
  finalWeights: 'final-weights.safetensors',
  finalHashes: 'final-weights.json',
  /** Written last. */
  outcome: 'outcome.json',
} as const;
