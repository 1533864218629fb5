import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dialog } from 'electron';
import { z } from 'zod';
import type { ImportedModel, KeptDraft } from '../../shared/ipc/contract';
import { keptDraftSchema } from '../../shared/ipc/requestSchemas';
import { AppError } from '../../shared/lib/appError';
import { encodeSafetensors } from '../../shared/runs/safetensors';
import type { Project } from '../../shared/training/projectFile';
import { askForFile } from './askForFile';
import { readModelFile } from '../source/readModelFile';
import { readProject, writeProject } from '../files/projectFile';
import { withWeightsBeside } from '../files/weightsBeside';
import { writeWhole } from '../files/writeFile';
import { makeFolder } from '../files/writeFolder';

export const PROJECT_EXTENSION = 'twintrain';
const RECENT = 10;
const filters = [
  { name: 'Twintrain project', extensions: [PROJECT_EXTENSION, 'json'] },
  { name: 'All files', extensions: ['*'] },
];

/** The user's project files, the list of recent ones, and the draft that outlives a crash. */
export class Projects {
  readonly #recentFile: string;
  readonly #draftFile: string;
  readonly #weightsFolder: string;
  /** The page may read and write only what the user or the system named. */
  readonly #named: Set<string>;
  #toOpen: string | null;

  /** @param toOpen a file that the system asked to open at the start */
  constructor(folder: string, toOpen: string | null) {
    this.#recentFile = join(folder, 'recent-projects.json');
    this.#draftFile = join(folder, 'draft.json');
    this.#weightsFolder = join(folder, 'weights');
    this.#named = new Set([...this.recent(), ...(toOpen === null ? [] : [toOpen])]);
    this.#toOpen = toOpen;
  }

  /** Allows a file that the system asked to open, or that was dropped, while the app runs. */
  name(path: string): void {
    this.#named.add(path);
  }

  /** @throws {AppError} refused, file-not-found, bad-project */
  async open(path: string | null): Promise<{ path: string; project: Project } | null> {
    const file = path ?? (await askForFile('Open a project', filters));
    if (file === null) return null;
    if (path !== null) this.#refuseUnnamed(path);
    const project = readProject(file);
    this.#remember(file);
    return { path: file, project };
  }

  /** @throws {AppError} refused, cannot-write, disk-full */
  async save(path: string | null, project: Project): Promise<{ path: string } | null> {
    if (path !== null) this.#refuseUnnamed(path);
    const file = path ?? (await this.#askWhere(`${safeName(project.name)}.${PROJECT_EXTENSION}`));
    if (file === null) return null;
    writeProject(file, withWeightsBeside(project, file, this.#weightsFolder));
    this.#remember(file);
    return { path: file };
  }

  /** @throws {AppError} bad-project */
  async importModel(): Promise<ImportedModel | null> {
    const path = await askForFile('Import a model', [
      { name: 'Keras or TensorFlow.js model', extensions: ['keras', 'h5', 'hdf5', 'json'] },
      { name: 'All files', extensions: ['*'] },
    ]);
    return path === null ? null : this.takeModel(path);
  }

  /** Weights are kept under their own hash, since the model's file may go. @throws {AppError} bad-project */
  async takeModel(path: string): Promise<ImportedModel> {
    const { imported, weights } = await readModelFile(path);
    if (weights.length === 0) return { path, imported, weightsFile: null };
    const bytes = encodeSafetensors(weights);
    const name = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const weightsFile = this.weightsFile(name);
    writeWhole(weightsFile, bytes);
    return { path, imported, weightsFile };
  }

  /** Where weights to start from are kept until their project is saved. */
  weightsFile(name: string): string {
    return join(makeFolder(this.#weightsFolder), `${name}.safetensors`);
  }

  async saveFile(
    suggestedName: string,
    content: string | Uint8Array,
  ): Promise<{ path: string } | null> {
    const { filePath } = await dialog.showSaveDialog({ defaultPath: suggestedName });
    if (!filePath) return null;
    writeWhole(filePath, content);
    return { path: filePath };
  }

  /** Those that still exist, the most recent first. A list that cannot be read counts as empty. */
  recent(): readonly string[] {
    try {
      const paths = z.array(z.string()).parse(JSON.parse(readFileSync(this.#recentFile, 'utf8')));
      return paths.filter((path) => existsSync(path)).slice(0, RECENT);
    } catch {
      return [];
    }
  }

  /** @throws {AppError} cannot-write, disk-full */
  keepDraft(draft: KeptDraft | null): void {
    if (draft === null) rmSync(this.#draftFile, { force: true });
    else writeWhole(this.#draftFile, JSON.stringify(draft));
  }

  startWith(): { draft: KeptDraft | null; file: string | null } {
    const file = this.#toOpen;
    this.#toOpen = null;
    return { draft: this.#keptDraft(), file };
  }

  #keptDraft(): KeptDraft | null {
    try {
      const draft = keptDraftSchema.parse(JSON.parse(readFileSync(this.#draftFile, 'utf8')));
      if (draft.path !== null) this.#named.add(draft.path);
      return draft;
    } catch {
      return null;
    }
  }

  #remember(path: string): void {
    this.#named.add(path);
    const others = this.recent().filter((own) => own !== path);
    writeWhole(this.#recentFile, JSON.stringify([path, ...others].slice(0, RECENT)));
  }

  #refuseUnnamed(path: string): void {
    if (this.#named.has(path)) return;
    throw new AppError('refused', `${path} was not chosen by you.`, 'Choose it with Open or Save.');
  }

  async #askWhere(name: string): Promise<string | null> {
    const { filePath } = await dialog.showSaveDialog({
      title: 'Save the project',
      defaultPath: name,
      filters,
    });
    return filePath || null;
  }
}

/** The project file among the command-line arguments; a double click passes one to the app. */
export function projectFileIn(words: readonly string[]): string | null {
  return words.find((word) => word.endsWith(`.${PROJECT_EXTENSION}`)) ?? null;
}

function safeName(name: string): string {
  return basename(name).replace(/[^A-Za-z0-9._ -]+/g, '-') || 'project';
}
