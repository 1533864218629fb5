import { readFileSync, rmSync, statSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { InterruptedRun, Interruption, ResumedExperiment } from '../../../shared/ipc/contract';
import { AppError } from '../../../shared/lib/appError';
import { totalSteps } from '../../../shared/training/trainingConfig';
import type { ExperimentFile } from '../../../shared/runs/experimentFile';
import { readExperiment } from '../../runs/experimentFile';
import { runFoldersIn } from '../../runs/findRuns';
import { readWhatIsThere } from '../../training/evidence';
import { runFiles } from '../../../shared/runs/runFiles';
import { writeWhole } from '../../files/writeFile';

const schema = z.strictObject({
  version: z.literal(1),
  startedAt: z.string(),
  /** Folder of the experiment in progress. */
  experiment: z.string().nullable(),
  /** The user closed the app during the experiment, which stopped it. */
  wasClosed: z.boolean().default(false),
});

/**
 * A file that exists while the app runs. One found at start-up was left by a session that was killed,
 * crashed or lost power, or that was closed during an experiment.
 */
export class LastSession {
  readonly #file: string;
  readonly #startedAt: string;
  #left: Left | null;
  #experiment: string | null = null;
  #isClosing = false;

  /** @param folder the user's data @param startedAt ISO 8601 */
  constructor(folder: string, startedAt: string) {
    this.#file = join(folder, 'session.json');
    this.#startedAt = startedAt;
    this.#left = leftBehind(this.#file);
    this.#note(null);
  }

  /** Returned only once: a page that reloads has already shown it. */
  takeInterruption(): Interruption | null {
    const left = this.#left;
    this.#left = null;
    if (left === null) return null;
    // Read only when asked for, so that the window need not wait for it.
    try {
      if (left.experiment === null) return { ...left, runs: [], resumable: null };
      return { ...interruptionAt(left.experiment), ...left };
    } catch {
      return { ...UNREADABLE, runs: [], resumable: null };
    }
  }

  experimentBegins(folder: string): void {
    this.#experiment = folder;
    this.#note(folder);
  }

  experimentEnds(): void {
    if (this.#isClosing) return;
    this.#experiment = null;
    this.#note(null);
  }

  /** The user closes the app, which stops an experiment that still trains. */
  closes(): void {
    this.#isClosing = true;
  }

  close(): void {
    if (this.#experiment === null) rmSync(this.#file, { force: true });
    else this.#note(this.#experiment);
  }

  #note(experiment: string | null): void {
    try {
      writeWhole(
        this.#file,
        JSON.stringify({
          version: 1,
          startedAt: this.#startedAt,
          experiment,
          wasClosed: this.#isClosing,
        }),
      );
    } catch {
      // On a full disk the app still works; only this note is missing.
    }
  }
}

type Left = Pick<Interruption, 'startedAt' | 'experiment' | 'wasClosed'>;
const UNREADABLE: Left = { startedAt: null, experiment: null, wasClosed: false };

function leftBehind(file: string): Left | null {
  if (!existsSync(file)) return null;
  try {
    const { startedAt, experiment, wasClosed } = schema.parse(
      JSON.parse(readFileSync(file, 'utf8')),
    );
    return { startedAt, experiment, wasClosed };
  } catch {
    return UNREADABLE;
  }
}

/**
 * The unfinished runs in an experiment's folder, and what can be resumed there.
 * @throws {AppError} bad-run-folder
 */
export function interruptionAt(experiment: string): Interruption {
  const file = readExperiment(experiment);
  const runs = [...runFoldersIn(experiment)].flatMap(interruptedIn);
  const startedAt = file?.createdAt ?? null;
  return {
    startedAt,
    experiment,
    wasClosed: false,
    runs,
    resumable: file === null ? null : resumedFrom(file),
  };
}

export function noExperiment(folder: string): AppError {
  return new AppError(
    'bad-run-folder',
    `${folder} is not an experiment that can be resumed.`,
    'Choose the folder that holds experiment.json, with the runs beside it.',
  );
}

export function resumedFrom(file: ExperimentFile): ResumedExperiment {
  return file.kind === 'project'
    ? { kind: 'project', project: file.project }
    : { kind: 'article', options: file.options };
}

/** A run without an outcome; one that cannot be read is listed all the same. */
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
      totalSteps: totalSteps(training, data),
      canGoOn: sizeOf(join(folder, runFiles.snapshot)) > 0,
    },
  ];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
