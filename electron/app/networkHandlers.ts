import { dialog } from 'electron';
import type { Handlers } from '../../shared/ipc/contract';
import type { Evaluation } from '../../shared/evaluation/evaluation';
import { predictionsCsv, type PredictionTable } from '../../shared/evaluation/predictionTable';
import type { ShownRow } from '../../shared/evaluation/shownRow';
import { AppError } from '../../shared/lib/appError';
import { saveFormats, type SavedNetwork, type SaveFormat } from '../../shared/saving/saveFormats';
import type { KerasEngine } from '../engines/keras/kerasEngine';
import { predictForEvaluation } from '../evaluation/evaluateRun';
import type { RowsLike } from '../evaluation/likeRun/rowsLike';
import { predictOther } from '../evaluation/predictOther';
import { inTempFolder } from '../files/inTempFolder';
import { readManifest } from '../runs/readRun';
import { version } from '../version';
import { inWorker } from '../worker/inWorker';
import { askForFile, askForFolder } from './askForFile';
import type { Projects } from './projects';
import type { TrainingAgain } from './trainingAgain';

export interface NetworkParts {
  /** @throws {AppError} refused where the page may not read a run */
  readonly allowed: (folder: string) => string;
  /** Whether what is found of a run is kept with its records. */
  readonly isKept: (folder: string) => boolean;
  readonly wasDropped: (path: string) => boolean;
  readonly worker: string;
  readonly again: TrainingAgain;
  readonly projects: Projects;
  readonly keras: KerasEngine;
  readonly datasetsFolder: string;
}

/** Lines of a table that are shown; all of them are saved. */
const MOST_SHOWN = 500;
const never = new AbortController().signal;

/** What the main process does with a trained network: evaluate it, let it predict, and save it. */
export function makeNetworkHandlers({
  allowed,
  isKept,
  wasDropped,
  worker,
  again,
  projects,
  keras,
  datasetsFolder,
}: NetworkParts) {
  /** What was predicted last, to be saved whole. */
  let predicted: PredictionTable | null = null;
  const chosenRows = async (folder: string, path: string | null): Promise<string | null> => {
    if (path !== null) {
      if (wasDropped(path)) return path;
      throw new AppError('refused', `${path} was not dropped by you.`, 'Drop it on the window.');
    }
    return readManifest(folder).data.source.kind === 'images'
      ? askForFolder('Choose a folder of pictures to predict')
      : askForFile('Choose rows to predict', [
          { name: 'Rows', extensions: ['csv', 'tsv', 'txt', 'parquet', 'npy', 'npz'] },
          { name: 'All files', extensions: ['*'] },
        ]);
  };
  return {
    evaluateRun: ({ folder, weights }) => {
      const own = allowed(folder);
      return again.do((ports) =>
        inTempFolder('predicted', async (place) => {
          const plan = await predictForEvaluation(own, weights, place, ports);
          const task = { kind: 'evaluation', ...plan, isKept: isKept(own) } as const;
          return inWorker<Evaluation>(worker, task, never, () => {});
        }),
      );
    },
    rowOfRun: ({ folder, row }) => {
      const task = { kind: 'row-of-run', folder: allowed(folder), row, datasetsFolder } as const;
      return inWorker<ShownRow>(worker, task, never, () => {});
    },
    predictFile: async ({ folder, weights, path: dropped }) => {
      const own = allowed(folder);
      const path = await chosenRows(own, dropped);
      if (path === null) return null;
      return again.do((ports) =>
        inTempFolder('predicted', async (place) => {
          const data = { path, labels: null, needsTargets: false };
          const prepare = {
            kind: 'prepare-rows',
            folder: own,
            data,
            place,
            datasetsFolder,
          } as const;
          const like = await inWorker<RowsLike>(worker, prepare, ports.signal, () => {});
          await predictOther(own, weights, place, ports);
          const table = { kind: 'predicted', folder: own, like, place } as const;
          predicted = await inWorker<PredictionTable>(worker, table, never, () => {});
          const { columns, rows } = predicted;
          const { withoutTargets } = like;
          const leftOut = like.leftOut.length;
          const shown = rows.slice(0, MOST_SHOWN);
          return { path, columns, rows: shown, count: rows.length, leftOut, withoutTargets };
        }),
      );
    },
    savePredictions: async () =>
      predicted === null ? null : projects.saveFile('predictions.csv', predictionsCsv(predicted)),
    saveNetwork: async ({ folder, weights, format, name }) => {
      const own = allowed(folder);
      const { ending, label, needs }: SaveFormat = saveFormats[format];
      const { filePath } = await dialog.showSaveDialog({
        title: `Save the network: ${label}`,
        defaultPath: `${name}${ending ?? `-${format}`}`,
        ...(ending !== null && { filters: [{ name: label, extensions: [ending.slice(1)] }] }),
      });
      if (!filePath) return null;
      return again.do(async ({ signal, ready }) => {
        if (needs !== null) await ready(needs);
        const task = {
          kind: 'save',
          ...{ folder: own, stage: weights, format, path: filePath, datasetsFolder, version },
          at: Date.now(),
          // The dialog asked before.
          replace: true,
          keras: keras.forSavedModel(),
        } as const;
        return inWorker<SavedNetwork>(worker, task, signal, () => {});
      });
    },
  } satisfies Partial<Handlers>;
}
