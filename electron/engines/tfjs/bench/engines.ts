/**
 * `layers` is `model.fit` as the library ships it, then come our engines. `recorded` is the faster of
 * them as the app runs it: under controlled randomness, with every loss, every epoch's order and
 * scheduled hashes written to a run folder.
 */
export const subjects = ['layers', 'eager', 'graph', 'xla', 'recorded'] as const;
export type Subject = (typeof subjects)[number];
