import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Architecture } from '../../shared/architecture/architecture';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { severalInputs } from '../../shared/architecture/inputs';
import type { WeightStage } from '../../shared/evaluation/evaluation';
import { AppError } from '../../shared/lib/appError';
import { encodeSafetensors } from '../../shared/runs/safetensors';
import { preprocessingOf } from '../../shared/saving/preprocessing';
import { PREPROCESSING_CODE } from '../../shared/saving/preprocessingCode';
import {
  formatOfName,
  saveFormats,
  type SavedNetwork,
  type SaveFormat,
  type SaveFormatName,
} from '../../shared/saving/saveFormats';
import { tfjsOwnClasses } from '../../shared/source/typescriptSource';
import { recordedColumns } from '../evaluation/recordedColumns';
import { weightsFileOf } from '../evaluation/predictRun';
import { refuseOverwriting } from '../files/refuseOverwriting';
import { writeWhole } from '../files/writeFile';
import { makeFolder, writeError } from '../files/writeFolder';
import { readGivenWeights } from '../runs/givenWeights';
import { readManifest } from '../runs/readRun';
import { tensorOf, type WeightValues } from '../runs/weightValues';
import { kerasFile } from './kerasFile';
import { onnxBytes } from './onnxBytes';
import { rowScaleOf } from './rowScale';
import { tfjsFiles } from './tfjsFiles';

export interface SavePlan {
  readonly folder: string;
  readonly stage: WeightStage;
  readonly format: SaveFormatName;
  /** Of the file or folder. */
  readonly path: string;
  readonly datasetsFolder: string;
  readonly version: string;
  /** Written into the file as the time of saving, in milliseconds since 1970. */
  readonly at: number;
  /** Whether a file of that name may be replaced. */
  readonly replace: boolean;
}

/**
 * Saves the network of a run with what is done to its rows. A folder, and every file, has its name only once it is
 * whole.
 * @param makeSavedModel of a `.keras` file, for the format that Keras itself writes
 * @throws {AppError} bad-arguments, bad-run-folder, cannot-write, disk-full
 */
export async function saveRun(
  plan: SavePlan,
  makeSavedModel: (kerasFile: string, to: string) => Promise<void>,
): Promise<SavedNetwork> {
  const { folder, stage, format } = plan;
  const path = resolve(plan.path);
  const manifest = readManifest(folder);
  const { architecture } = manifest;
  const weights = weightsOf(folder, stage, architecture);
  const { ending, snippet } = saveFormats[format];
  refuseTaken(plan, path);
  const how = preprocessingOf(
    manifest,
    await recordedColumns(manifest, plan.datasetsFolder),
    await rowScaleOf(manifest, plan.datasetsFolder),
  );
  const parts = (base: string) => ({
    preprocessing: `${base}preprocessing.json`,
    code: `${base}preprocessing.py`,
  });
  const writeHow = (names: ReturnType<typeof parts>) => {
    writeWhole(names.preprocessing, `${JSON.stringify(how, null, 2)}\n`);
    const file = basename(names.preprocessing);
    writeWhole(
      names.code,
      PREPROCESSING_CODE.replace('PREPROCESSING_FILE', () => file),
    );
  };
  const inputs = severalInputs(architecture)?.map(({ name }) => name) ?? null;
  const told = snippet(basename(path), tfjsOwnClasses(architecture), inputs);
  makeFolder(dirname(path));
  if (ending !== null) {
    writeWhole(path, await fileBytes(plan, architecture, weights));
    // With the whole name, since another network may have the same one with another ending.
    const { preprocessing } = parts(`${path}.`);
    const code = join(dirname(path), `${moduleName(basename(path))}_preprocessing.py`);
    writeHow({ preprocessing, code });
    return { path, preprocessing, code, snippet: told };
  }
  const work = mkdtempSync(join(dirname(path), '.saving-'));
  try {
    const to = join(work, 'made');
    if (format === 'tfjs') {
      makeFolder(to);
      for (const [name, bytes] of tfjsFiles(architecture, weights))
        writeWhole(join(to, name), bytes);
    } else {
      const file = join(work, 'network.keras');
      writeWhole(file, await kerasFile(architecture, weights, new Date(plan.at)));
      await makeSavedModel(file, to);
    }
    writeHow(parts(`${to}/`));
    renameSync(to, path);
  } catch (error) {
    throw writeError(error, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { path, ...parts(`${path}/`), snippet: told };
}

async function fileBytes(
  { format, version, at }: SavePlan,
  architecture: Architecture,
  weights: readonly WeightValues[],
): Promise<Uint8Array> {
  switch (format) {
    case 'keras':
      return kerasFile(architecture, weights, new Date(at));
    case 'onnx':
      return onnxBytes(architecture, weights, { name: 'twintrain', version });
    default:
      return encodeSafetensors(weights.map(tensorOf));
  }
}

/** In the order of the forward pass. @throws {AppError} bad-run-folder */
function weightsOf(
  folder: string,
  stage: WeightStage,
  architecture: Architecture,
): readonly WeightValues[] {
  const given = readGivenWeights(weightsFileOf(folder, stage)).weights;
  const byName = new Map(given.map((own) => [`${own.layer}/${own.role}`, own]));
  return forwardPlan(architecture).calls.flatMap(({ spec, weights }) =>
    weights.map(({ role }) => {
      const own = byName.get(`${spec.id}/${role}`);
      if (own !== undefined) return own;
      throw new AppError(
        'bad-run-folder',
        `${folder} has no weight ${spec.id}/${role}.`,
        'Name a run folder that Twintrain wrote, unchanged.',
      );
    }),
  );
}

function refuseTaken({ format, folder, replace }: SavePlan, path: string): void {
  const { ending }: SaveFormat = saveFormats[format];
  const other = formatOfName(path);
  if (other !== null && other !== format) {
    throw new AppError(
      'cannot-write',
      `${path} has the ending of ${saveFormats[other].label}, but is to be ${saveFormats[format].label}.`,
      `Choose another ending${ending === null ? '' : `, such as ${ending}`}.`,
    );
  }
  const isThere = existsSync(path);
  if (ending === null && isThere) {
    // A folder that is empty is as good as none.
    const isEmpty = statSync(path).isDirectory() && readdirSync(path).length === 0;
    if (!isEmpty) {
      throw new AppError(
        'cannot-write',
        `${path} is there already.`,
        'Choose another name, or remove it.',
      );
    }
  } else refuseOverwriting(path, [folder], replace);
}

/** A name that Python can import. */
function moduleName(file: string): string {
  return file.replace(/^(?=\d)|[^\p{L}\p{N}_]/gu, '_');
}
