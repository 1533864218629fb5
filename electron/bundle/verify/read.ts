import type { z } from 'zod';
import type { Findings } from './findings';
import type { OpenedBundle } from './opened';

const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/** Reads files of a bundle; what is missing or malformed becomes a finding, and null. */
export class Reader {
  readonly #bundle: OpenedBundle;
  readonly #findings: Findings;

  constructor(bundle: OpenedBundle, findings: Findings) {
    this.#bundle = bundle;
    this.#findings = findings;
  }

  has(path: string): boolean {
    return this.#bundle.files.has(path);
  }

  bytes(path: string, most = MOST_TEXT_BYTES): Uint8Array | null {
    const file = this.#bundle.files.get(path);
    if (file === undefined) {
      this.#findings.add('file-missing', path);
      return null;
    }
    if (file.size > most) {
      this.#findings.add('file-too-large', path, `${most} bytes`, `${file.size} bytes`);
      return null;
    }
    return file.use((source) => source.read(0, source.size));
  }

  text(path: string): string | null {
    const bytes = this.bytes(path);
    if (bytes === null) return null;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      this.#findings.add('file-malformed', path, 'UTF-8', 'other bytes');
      return null;
    }
  }

  /** @param read takes what is needed from the value and throws where it is not there */
  json<T>(path: string, read: (value: unknown) => T): T | null {
    const text = this.text(path);
    if (text === null) return null;
    return this.#parsed(path, text, read);
  }

  /** A JSON file that the schema describes completely. */
  typed<T>(path: string, schema: z.ZodType<T>): T | null {
    return this.json(path, (value) => conforming(value, schema));
  }

  /** One JSON value per line, each line ended by a newline. */
  lines<T>(path: string, read: (value: unknown) => T): T[] | null {
    const text = this.text(path);
    if (text === null) return null;
    const lines = text.split('\n');
    if (lines.pop() !== '') {
      this.#findings.add('file-malformed', path, 'a line end at the end', null);
      return null;
    }
    const values = lines.map((line, index) => this.#parsed(`${path}:${index + 1}`, line, read));
    return values.some((value) => value === null) ? null : (values as T[]);
  }

  #parsed<T>(path: string, text: string, read: (value: unknown) => T): T | null {
    try {
      return read(JSON.parse(text));
    } catch (error) {
      const isOurs = error instanceof ShapeError;
      this.#findings.add('file-malformed', path, isOurs ? error.message : 'JSON', null);
      return null;
    }
  }

  /** Lines of a file of any length, read piece by piece. */
  *eachLine(path: string): Generator<string> {
    const file = this.#bundle.files.get(path);
    if (file === undefined) return;
    const LONGEST = 4_096;
    let rest = '';
    for (let at = 0; at < file.size;) {
      const length = Math.min(65_536, file.size - at);
      const piece = file.use((source) => source.read(at, length));
      at += length;
      const lines = (rest + Buffer.from(piece).toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > LONGEST) break;
    }
    if (rest !== '') yield rest;
  }
}

/** A JSON value that is not what the form asks for. */
export class ShapeError extends Error {}

/** @throws {ShapeError} with the first place that does not conform */
export function conforming<T>(value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ShapeError(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'another form'}`);
}

type Fields = Readonly<Record<string, unknown>>;

export function object(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShapeError(`${what} to be an object`);
  }
  return value as Fields;
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ShapeError(`${what} to be a list`);
  return value;
}

export function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new ShapeError(`${what} to be text`);
  return value;
}
