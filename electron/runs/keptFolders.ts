import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { isWithin } from '../files/isWithin';
import { makeFolder } from '../files/writeFolder';
import { writeWhole } from '../files/writeFile';

const FILE = 'run-folders.json';
const MOST = 100;
const schema = z.strictObject({
  twintrain: z.literal('run-folders'),
  version: z.literal(1),
  folders: z.array(z.string().min(1).max(4_096)).max(MOST),
});

/** The folders whose runs are shown: the lab's own and those that the user added. */
export class KeptFolders {
  readonly #own: readonly string[];
  readonly #settings: string;

  /**
   * @param own always kept
   * @param settings folder in which the list is kept
   */
  constructor(own: readonly string[], settings: string) {
    this.#own = own.map((folder) => resolve(folder));
    this.#settings = settings;
  }

  /** Absolute, each once; a folder within another is not named again. */
  all(): string[] {
    const folders = [...new Set([...this.#own, ...this.added()])];
    return folders.filter((own) => !folders.some((other) => isWithin(own, other)));
  }

  /** Read anew each time, since another process may have added one. A damaged list counts as empty. */
  added(): string[] {
    try {
      const text = readFileSync(join(this.#settings, FILE), 'utf8');
      return schema.parse(JSON.parse(text)).folders;
    } catch {
      return [];
    }
  }

  /** @throws {AppError} file-not-found, bad-arguments, cannot-write */
  add(folder: string): void {
    const path = resolve(folder);
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      throw new AppError('file-not-found', `There is no folder ${path}.`, 'Check the path.');
    }
    if (path === resolve('/')) {
      throw new AppError(
        'bad-arguments',
        'The whole disk would be searched for runs.',
        'Name the folder that holds them.',
      );
    }
    this.#write([...new Set([...this.added(), path])]);
  }

  /** Its runs stay where they are. @throws {AppError} bad-arguments, cannot-write */
  forget(folder: string): void {
    const path = resolve(folder);
    const added = this.added();
    if (!added.includes(path)) {
      const isOwn = this.#own.includes(path);
      throw new AppError(
        'bad-arguments',
        isOwn ? `${path} is the lab's own folder.` : `${path} is not one of the kept folders.`,
        isOwn ? 'It is always shown.' : `These were added: ${added.join(', ') || 'none'}.`,
      );
    }
    this.#write(added.filter((own) => own !== path));
  }

  /** The kept folder that a path lies in; null if it is in none. */
  rootOf(path: string): string | null {
    const own = resolve(path);
    return this.all().find((root) => own === root || isWithin(own, root)) ?? null;
  }

  #write(folders: readonly string[]): void {
    if (folders.length > MOST) {
      throw new AppError(
        'bad-arguments',
        `More than ${MOST} folders cannot be kept.`,
        'Keep the folder above them, or forget one.',
      );
    }
    makeFolder(this.#settings);
    const file = { twintrain: 'run-folders', version: 1, folders };
    writeWhole(join(this.#settings, FILE), `${JSON.stringify(file, null, 2)}\n`);
  }
}
