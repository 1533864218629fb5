import { existsSync, readFileSync } from 'node:fs';
import { lstat, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  backendOf,
  environmentChoiceSchema,
  kerasEngineIds,
  type EngineEnvironment,
  type EnvironmentChoice,
  type KerasEngineId,
} from '../../../shared/engines/environment';
import { kerasBackends, type KerasBackend } from '../../../shared/engines/keras';
import { AppError } from '../../../shared/lib/appError';
import { holderOf } from '../../files/processLock';
import { writeWhole } from '../../files/writeFile';
import { makeFolder, writeError } from '../../files/writeFolder';
import {
  isThere,
  madePython,
  makeEnvironment,
  type EnvironmentPlaces,
  type KerasPython,
} from './environment';
import { programsOf } from './compiledPrograms';
import { checkKeras } from './pythons';
import type { Making } from './runUv';

const CHOICES = 'environments.json';
const choicesSchema = z.strictObject({
  version: z.literal(1),
  choices: z.partialRecord(z.enum(kerasBackends), environmentChoiceSchema),
});
type Choices = z.infer<typeof choicesSchema>['choices'];

const PINNED = { kind: 'pinned' } as const;

/** The Python environments of Keras: chosen, listed, made and removed, the same for window and lab. */
export class KerasEnvironments {
  readonly #places: EnvironmentPlaces;
  readonly #given: string | null;

  /** @param given a Python for every backend of this process, before any choice; null leaves the choices */
  constructor(places: EnvironmentPlaces, given: string | null) {
    this.#places = places;
    this.#given = given;
  }

  async list(): Promise<EngineEnvironment[]> {
    const choices = this.#choices();
    return Promise.all(
      kerasEngineIds.map(async (engine) => {
        const backend = backendOf(engine);
        const folders = await this.#foldersOf(backend);
        const sizes = await Promise.all(folders.map(knownSizeOf));
        return {
          engine,
          choice: this.#choiceOf(backend, choices),
          isInstalled: await this.#isInstalled(backend, choices),
          pinned: this.#pinsOf(backend),
          folders,
          sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
        };
      }),
    );
  }

  /**
   * The Python of a backend, made if it is missing.
   * @param wheels a folder to install from instead of a package index
   * @throws {AppError} runtime-missing, download-failed, disk-full, stopped
   */
  async python(
    backend: KerasBackend,
    making: Making,
    wheels: string | null = null,
  ): Promise<KerasPython> {
    const choice = this.#choiceOf(backend, this.#choices());
    if (choice.kind !== 'own') {
      return makeEnvironment(backend, choice, wheels, this.#places, making);
    }
    await checkKeras(choice.python, backend, [], this.#remedyOf(backend));
    return { executable: choice.python, paths: [] };
  }

  /**
   * The same as `python`, but what is there is tried, and made again if it is damaged.
   * @throws {AppError} as python
   */
  async install(
    backend: KerasBackend,
    making: Making,
    wheels: string | null = null,
  ): Promise<void> {
    if (wheels !== null && !existsSync(wheels)) {
      throw new AppError('file-not-found', `There is no folder ${wheels}.`, 'Check the path.');
    }
    const choice = this.#choiceOf(backend, this.#choices());
    const { executable, paths } = await this.python(backend, making, wheels);
    if (choice.kind === 'own') return;
    try {
      await checkKeras(executable, backend, paths, '');
    } catch {
      await this.remove(`keras-${backend}`);
      await this.python(backend, making, wheels);
    }
  }

  /** @throws {AppError} runtime-missing if a Python of the user's cannot train with it */
  async choose(engine: KerasEngineId, choice: EnvironmentChoice): Promise<void> {
    const backend = backendOf(engine);
    const { cache } = this.#places;
    makeFolder(cache);
    const choices = { ...this.#choices(), [backend]: await this.#checked(backend, choice) };
    writeWhole(join(cache, CHOICES), `${JSON.stringify({ version: 1, choices }, null, 2)}\n`);
  }

  /** A Python of the user's by its own path, since it may be named as a shell finds it. */
  async #checked(backend: KerasBackend, choice: EnvironmentChoice): Promise<EnvironmentChoice> {
    if (choice.kind !== 'own') return choice;
    const remedy = `Install keras and ${backend} there, or choose another Python.`;
    const { path, keras } = await checkKeras(choice.python, backend, [], remedy);
    return { kind: 'own', python: path, keras };
  }

  /**
   * Removes all that was installed for a backend; a Python of the user's stays as it is.
   * @throws {AppError} busy, cannot-write
   */
  async remove(engine: KerasEngineId): Promise<void> {
    const backend = backendOf(engine);
    const holder = holderOf(join(this.#places.cache, `keras-${backend}.lock`));
    if (holder !== null) {
      throw new AppError(
        'busy',
        `Process ${holder} is installing Keras for ${backend}.`,
        'Wait until it has finished or stop it, then try again.',
      );
    }
    const programs = backend === 'jax' ? [programsOf(this.#places.cache)] : [];
    for (const folder of [...(await this.#foldersOf(backend)), ...programs]) {
      await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
        throw writeError(error, folder);
      });
    }
  }

  async #isInstalled(backend: KerasBackend, choices: Choices): Promise<boolean> {
    const choice = this.#choiceOf(backend, choices);
    if (choice.kind === 'own') return existsSync(choice.python);
    return madePython(backend, choice, this.#places).then(isThere, () => false);
  }

  #choiceOf(backend: KerasBackend, choices: Choices): EnvironmentChoice {
    if (this.#given !== null) return { kind: 'own', python: this.#given };
    return choices[backend] ?? PINNED;
  }

  #remedyOf(backend: KerasBackend): string {
    const other =
      this.#given === null
        ? `choose the pinned releases ("lab environments use keras-${backend}")`
        : 'unset TWINTRAIN_KERAS_PYTHON';
    return `Install keras and ${backend} there, or ${other}.`;
  }

  /** @throws {AppError} bad-settings */
  #choices(): Choices {
    const path = join(this.#places.cache, CHOICES);
    if (!existsSync(path)) return {};
    try {
      return choicesSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).choices;
    } catch (error) {
      throw new AppError(
        'runtime-missing',
        `${path} cannot be read, so it is not known which Python to train with.`,
        'Delete the file and choose again.',
        error,
      );
    }
  }

  /** Those of older pins, and what an interrupted installation left, included. */
  async #foldersOf(backend: KerasBackend): Promise<string[]> {
    const { cache } = this.#places;
    const own = new RegExp(
      `^keras-${backend}-([0-9a-f]{12}(\\.(release\\.)?part(-\\d+)?)?|uv-cache)$`,
    );
    const names = await readdir(cache).catch(() => []);
    return names.filter((name) => own.test(name)).map((name) => join(cache, name));
  }

  #pinsOf(backend: KerasBackend): EngineEnvironment['pinned'] {
    const text = readFileSync(join(this.#places.requirements, `${backend}.txt`), 'utf8');
    return ['keras', backend, 'numpy'].flatMap((name) => {
      const version = new RegExp(`^${name}(?:-cpu)?==([^ \\n]+)`, 'm').exec(text)?.[1];
      return version === undefined ? [] : [{ name, version }];
    });
  }
}

const sizeSchema = z.strictObject({ version: z.literal(1), entries: z.int(), bytes: z.number() });

/** Bytes of an environment, counted once: it has tens of thousands of files, which stay as they are. */
async function knownSizeOf(folder: string): Promise<number> {
  const path = join(folder, 'twintrain-size.json');
  // A further release of Keras is one more entry.
  const entries = (await readdir(join(folder, 'releases')).catch(() => [])).length;
  try {
    const known = sizeSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    if (known.entries === entries) return known.bytes;
  } catch {
    // Not counted yet.
  }
  const bytes = await sizeOf(folder);
  const isComplete = existsSync(join(folder, 'bin/python'));
  if (isComplete) {
    const text = JSON.stringify({ version: 1, entries, bytes });
    // On a full or read-only disk it is counted again next time.
    await writeFile(path, text).catch(() => {});
  }
  return bytes;
}

/** Bytes of the files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sizeOf(path);
      return entry.isFile() ? ((await lstat(path).catch(() => null))?.size ?? 0) : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
