import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeError } from '../files/writeFolder';
import { runtimeParts } from './runtimeFolder';
import { noWheel, unpackWheel, type PlaceOf } from './unpackWheel';

/**
 * Takes the libraries out of TensorFlow's wheel, and NVIDIA's if they are given, and puts the
 * binding beside them. The folder gets its name only once it is complete.
 * @param wheels TensorFlow's first; their sha256 was checked
 * @throws {AppError} download-failed if it is not such a wheel, disk-full, cannot-write
 */
export async function unpackRuntime(
  wheels: readonly string[],
  binding: string,
  folder: string,
): Promise<void> {
  if (existsSync(folder)) return;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  makeFolder(part);
  try {
    for (const [index, wheel] of wheels.entries()) {
      await unpackWheel(wheel, part, index === 0 ? tensorflowPart : nvidiaPart);
    }
    const missing = runtimeParts.libraries.filter((name) => !existsSync(join(part, name)));
    if (missing.length > 0) throw noWheel(wheels[0] ?? '', `it has no ${missing.join(', ')}`);
    copyFileSync(binding, join(part, runtimeParts.binding));
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw writeError(error, folder);
  }
}

const tensorflowPart: PlaceOf = (entry) =>
  runtimeParts.libraries.find((name) => entry === `tensorflow/${name}`) ?? null;

/** Libraries to load, and the tools with which XLA compiles for the GPU. */
const nvidiaPart: PlaceOf = (entry) =>
  /^nvidia\/\w+\/(lib\/\w[\w.+-]*\.so[\d.]*|bin\/ptxas|nvvm\/libdevice\/libdevice\.10\.bc)$/.test(
    entry,
  )
    ? entry
    : null;
