import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { writeWhole } from '../../files/writeFile';

/** What `remember` wrote; null if it is not there, or is something else. */
export function remembered<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Keeps what can be found out again: that it cannot be written only costs time. */
export function remember(path: string, value: unknown): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, JSON.stringify(value));
  } catch {
    return;
  }
}
