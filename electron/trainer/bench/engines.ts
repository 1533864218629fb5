import type { EngineMode } from '../../../shared/training/engineModes';

/** `layers` is `model.fit` as the library ships it; the others are our engines. */
export const subjects = ['layers', 'eager', 'graph', 'xla'] as const satisfies readonly (
  EngineMode | 'layers'
)[];
export type Subject = (typeof subjects)[number];
