import { z } from 'zod';
import { kerasBackends, type KerasBackend } from './keras';

/** The engines that need a Python environment. */
export type KerasEngineId = `keras-${KerasBackend}`;
export const kerasEngineIds = kerasBackends.map((backend): KerasEngineId => `keras-${backend}`);

export function backendOf(engine: KerasEngineId): KerasBackend {
  return engine.slice('keras-'.length) as KerasBackend;
}

/** The first release of Keras 3 that has every place where a fit is recorded is 3.9. */
export const OLDEST_MINOR = 9;

/** A release of Keras 3 as the package index writes it, also a nightly one: 3.14.1, 3.16.0.dev2026102704. */
export const kerasReleaseSchema = z
  .string()
  .regex(/^3\.\d{1,3}\.\d{1,3}(\.dev\d{1,12})?$/, 'is not a release of Keras 3, such as 3.14.1')
  .refine((release) => Number(release.split('.')[1]) >= OLDEST_MINOR, {
    message: `is older than 3.${OLDEST_MINOR}, the first whose fit can be recorded`,
    abort: true,
  });

/** Which Python trains on a backend. */
export const environmentChoiceSchema = z.discriminatedUnion('kind', [
  /** The releases that the lab is tested with. */
  z.strictObject({ kind: z.literal('pinned') }),
  /** The same with another release of Keras. */
  z.strictObject({ kind: z.literal('release'), keras: kerasReleaseSchema }),
  /** A Python of the user's, in which nothing is installed. */
  z.strictObject({
    kind: z.literal('own'),
    python: z.string().min(1).max(4_096),
    /** Its release of Keras when it was chosen. */
    keras: z.string().max(64).optional(),
  }),
]);
export type EnvironmentChoice = z.infer<typeof environmentChoiceSchema>;

/** The environment of one engine on this machine. */
export interface EngineEnvironment {
  readonly engine: KerasEngineId;
  readonly choice: EnvironmentChoice;
  /** Whether it can train without installing anything. */
  readonly isInstalled: boolean;
  /** The releases that are pinned, as name and version. */
  readonly pinned: readonly { readonly name: string; readonly version: string }[];
  /** Folders that the lab made for it, those of older pins included. */
  readonly folders: readonly string[];
  /** Bytes in these folders. */
  readonly sizeBytes: number;
}

/** How far an installation is: bytes of what is announced so far, 0 of 0 where that is not known. */
export interface InstallProgress {
  readonly what: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}
