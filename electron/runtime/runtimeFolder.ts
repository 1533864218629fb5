import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What the native runtime consists of, in one folder: the binding looks for the others beside itself. */
export const runtimeParts = {
  binding: 'tfjs_binding.node',
  libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
} as const;

export interface RuntimePin {
  readonly project: string;
  readonly version: string;
  /** Name of the wheel on PyPI. */
  readonly file: string;
  readonly sha256: string;
  readonly downloadMiB: number;
}

/** Where a runtime of this pin is put once it is fetched: another pin gets another folder. */
export function fetchedRuntime(userData: string, { version, sha256 }: RuntimePin): string {
  return join(userData, 'runtime', `tensorflow-${version}-${sha256.slice(0, 12)}`);
}

/** The first folder that holds a whole runtime; null where none does. */
export function findRuntime(folders: readonly string[]): string | null {
  const parts = [runtimeParts.binding, ...runtimeParts.libraries];
  return folders.find((folder) => parts.every((name) => existsSync(join(folder, name)))) ?? null;
}
