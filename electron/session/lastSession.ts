import { readFileSync, readdirSync, rmSync, statSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { InterruptedRun, Interruption } from '../../shared/ipc/contract';
import { totalSteps } from '../../shared/training/trainingConfig';
import { readWhatIsThere } from '../experiment/evidence';
import { runFiles } from '../store/runFolder';
import { writeWhole } from '../store/writeFile';

const schema = z.strictObject({
  version: z.literal(1),
  startedAt: z.string(),
  /** Folder of the experiment that is on its way. */
  experiment: z.string().nullable(),
});

/**
 * A file that is there while the app runs. One that is found at the start was left by a session that
 * nobody closed: killed, crashed, or without power.
 */
export class LastSession {
  readonly #file: string;
  readonly #startedAt: string;
  #interruption: Interruption | null;

  /** @param folder the user's data @param startedAt ISO 8601 */
  constructor(folder: string, startedAt: string) {
    this.#file = join(folder, 'session.json');
    this.#startedAt = startedAt;
    this.#interruption = interruptionOf(this.#file);
    this.#note(null);
  }

  /** Told once: a page that is loaded again has said it already. */
  takeInterruption(): Interruption | null {
    const interruption = this.#interruption;
    this.#interruption = null;
    return interruption;
  }

  experimentBegins(folder: string): void {
    this.#note(folder);
  }

  experimentEnds(): void {
    this.#note(null);
  }

  close(): void {
    rmSync(this.#file, { force: true });
  }

  #note(experiment: string | null): void {
    try {
      writeWhole(
        this.#file,
        JSON.stringify({ version: 1, startedAt: this.#startedAt, experiment }),
      );
    } catch {
      // On a full disk the app still works; only this note of it is missing.
    }
  }
}

function interruptionOf(file: string): Interruption | null {
  if (!existsSync(file)) return null;
  try {
    const { startedAt, experiment } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const runs = experiment === null ? [] : foldersOfRuns(experiment).flatMap(interruptedIn);
    return { startedAt, experiment, runs };
  } catch {
    return { startedAt: null, experiment: null, runs: [] };
  }
}

/** A run's folder lies at most so deep in its experiment's. */
const DEPTH = 3;

function foldersOfRuns(folder: string, depth = DEPTH): string[] {
  if (existsSync(join(folder, runFiles.manifest))) return [folder];
  if (depth === 0 || !existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersOfRuns(join(folder, name), depth - 1));
}

/** A run without an outcome; one that cannot be read is told of all the same. */
function interruptedIn(folder: string): InterruptedRun[] {
  if (existsSync(join(folder, runFiles.outcome))) return [];
  const run = readWhatIsThere(folder);
  if (run === null) return [{ folder, style: null, steps: 0, totalSteps: 0, canGoOn: false }];
  const { architecture, training, data } = run.manifest;
  return [
    {
      folder,
      style: architecture.style,
      steps: run.losses.length,
      totalSteps: totalSteps(training, data.rows),
      canGoOn: sizeOf(join(folder, runFiles.snapshot)) > 0,
    },
  ];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
