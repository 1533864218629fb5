import type { EngineChoice } from '../../shared/training/engineModes';

export const engineLabels: Record<EngineChoice, string> = {
  auto: 'Automatic: the faster one',
  xla: 'Compiled by XLA',
  graph: 'Compiled graph, interpreted',
  eager: 'Eager: step by step, as fit does',
};
