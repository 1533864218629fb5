import { createHash } from 'node:crypto';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

/** What JAX calls a compiled program that it keeps. */
const PROGRAM = /-cache$/;
const MOST_BYTES = 256 * 1024 * 1024;
/** Few enough that lending them takes no time that anyone notices. */
const MOST_PROGRAMS = 1_000;

/** All compiled programs, of whatever processor. */
export function programsOf(cache: string): string {
  return join(cache, 'jax-programs');
}

/**
 * Where compiled programs of JAX are kept: machine code of this processor. Which program a file has follows
 * from its name, a hash over the program, JAX's version and all that decides how it is compiled.
 */
export function programsFolder(cache: string): string {
  const processor = [os.arch(), os.cpus()[0]?.model ?? ''].join(' ');
  const key = createHash('sha256').update(processor).digest('hex').slice(0, 12);
  return join(programsOf(cache), key);
}

/** Gives a process a folder of its own with all programs in it: JAX does not write its files whole. */
export function lendPrograms(kept: string, own: string): void {
  mkdirSync(own, { recursive: true });
  for (const name of programsIn(kept)) symlinkSync(join(kept, name), join(own, name));
}

/** Keeps what a process that ended well has compiled. Without it the next one compiles again. */
export function keepPrograms(own: string, kept: string): void {
  try {
    const made = programsIn(own).filter((name) => lstatSync(join(own, name)).isFile());
    if (made.length === 0) return;
    mkdirSync(kept, { recursive: true });
    for (const name of made) {
      const part = join(kept, `.${process.pid}-${name}.part`);
      try {
        copyFileSync(join(own, name), part);
        renameSync(part, join(kept, name));
      } finally {
        rmSync(part, { force: true });
      }
    }
    removeOldest(kept);
  } catch {
    // Of no consequence but for time.
  }
}

function removeOldest(kept: string): void {
  const programs = programsIn(kept)
    .map((name) => ({ name, ...sizeAndAge(join(kept, name)) }))
    .sort((a, b) => b.madeMs - a.madeMs);
  let bytes = 0;
  for (const [at, { name, size }] of programs.entries()) {
    bytes += size;
    if (bytes > MOST_BYTES || at >= MOST_PROGRAMS) rmSync(join(kept, name), { force: true });
  }
}

function sizeAndAge(path: string): { readonly size: number; readonly madeMs: number } {
  const found = statSync(path, { throwIfNoEntry: false });
  return { size: found?.size ?? 0, madeMs: found?.mtimeMs ?? 0 };
}

function programsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => PROGRAM.test(name));
  } catch {
    return [];
  }
}
