import { parentPort, workerData } from 'node:worker_threads';
import { setImmediate } from 'node:timers/promises';
import { AppError, toWireError } from '../../shared/lib/appError';
import type { TensorPlace } from '../../shared/compare/comparedRuns';
import type { DataSource } from '../../shared/data/dataSource';
import type { KerasBackend } from '../../shared/engines/keras';
import type { Script } from '../../shared/training/script';
import { alignTraced, type TracedPair } from '../explain/alignTraced';
import type { Groups } from '../../shared/compare/groups';
import { compareGroups } from '../compare/compareGroups';
import { compareFolders, detailOfTensor } from '../compare/compareFolders';
import { flipsIn, type PredictedPair } from '../compare/flips';
import { evaluationOf, type EvaluationPlan } from '../evaluation/evaluateRun';
import { measuredWeights, type MeasuredPair } from '../compare/measureWeights';
import { emptyTrash, restoreRun, trashAll } from '../runs/trash';
import { readRunQuickly } from '../runs/readRun';
import { availableMemory } from '../data/availableMemory';
import { makeSavedModel, type SavedModelMaker } from '../engines/keras/savedModel';
import type { OtherData, RowsLike } from '../evaluation/likeRun/rowsLike';
import { predictedTable, prepareOther } from '../evaluation/predictOther';
import { rowOfRun } from '../evaluation/rowOfRun';
import { keepEvaluation } from '../runs/evaluationsFile';
import { saveRun, type SavePlan } from '../saving/saveRun';
import { prepare } from '../engines/keras/prepare';
import { imagePreview } from '../data/images/imagePreview';
import { recogniseTable, type TableChoices } from '../data/table/recogniseTable';
import { lookAtDataset } from '../data/loadDataset';
import { sha256Of, withFile } from '../files/byteSource';
import { unpackRuntime } from '../runtime/unpackRuntime';
import { contentOf } from '../bundle/bundleContent';
import { exportBundle, type ExportOptions } from '../bundle/exportBundle';
import { extractBundle } from '../bundle/extractBundle';
import { signerOf } from '../bundle/signer';
import { verifyBundle } from '../bundle/verify/verify';
import type { Report } from '../../shared/bundle/finding';

/** Work on large files that would block the thread that does it. */
export type WorkerTask =
  | { readonly kind: 'verify'; readonly path: string; readonly bytes: number }
  | {
      /** Unpacks a verified bundle, and reads what the window shows of it. */
      readonly kind: 'open';
      readonly path: string;
      readonly report: Report;
      readonly folder: string;
    }
  | {
      readonly kind: 'unpack-runtime';
      /** TensorFlow's first. */
      readonly wheels: readonly { readonly path: string; readonly sha256: string }[];
      readonly binding: string;
      readonly folder: string;
    }
  | {
      /** Reads a data set, for the facts that are needed before training. */
      readonly kind: 'look-at-data';
      readonly source: DataSource;
      readonly datasetsFolder: string;
    }
  | {
      readonly kind: 'recognise-table';
      readonly path: string;
      readonly choices: TableChoices;
    }
  | { readonly kind: 'recognise-images'; readonly path: string }
  | { readonly kind: 'compare'; readonly folders: readonly [string, string] }
  | {
      readonly kind: 'compare-groups';
      readonly groups: Groups;
    }
  | {
      readonly kind: 'tensor-detail';
      readonly folders: readonly [string, string];
      readonly place: TensorPlace;
    }
  /** Moves runs back to where they came from. */
  | { readonly kind: 'restore'; readonly places: readonly string[] }
  | { readonly kind: 'empty-trash'; readonly roots: readonly string[] }
  | {
      /** Moves runs to the trash; ISO 8601. */
      readonly kind: 'trash';
      readonly runs: readonly { readonly folder: string; readonly root: string }[];
      readonly at: string;
    }
  | ({ readonly kind: 'flips' } & PredictedPair)
  /** What is found is kept with the run's records. */
  | ({ readonly kind: 'evaluation'; readonly isKept: boolean } & EvaluationPlan)
  | {
      readonly kind: 'row-of-run';
      readonly folder: string;
      readonly row: number;
      readonly datasetsFolder: string;
    }
  /** Prepares other rows as those of a run. */
  | {
      readonly kind: 'prepare-rows';
      readonly folder: string;
      readonly data: OtherData;
      readonly place: string;
      readonly datasetsFolder: string;
    }
  | {
      readonly kind: 'predicted';
      readonly folder: string;
      readonly like: RowsLike;
      readonly place: string;
    }
  | ({ readonly kind: 'save'; readonly keras: SavedModelMaker } & SavePlan)
  | ({ readonly kind: 'measured' } & MeasuredPair)
  | ({ readonly kind: 'align' } & TracedPair)
  | { readonly kind: 'losses'; readonly folders: readonly string[] }
  | {
      /** Makes the folder that a training process of Keras reads. */
      readonly kind: 'prepare-keras';
      readonly script: Script;
      readonly backend: KerasBackend;
    }
  | ({
      readonly kind: 'export';
      /** PEM; null exports without a signature. */
      readonly privateKey: string | null;
    } & Omit<ExportOptions, 'signer' | 'signal' | 'onProgress'>);

export type WorkerMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'done'; readonly value: unknown }
  | { readonly type: 'failed'; readonly error: ReturnType<typeof toWireError> };

const abort = new AbortController();
/** In a process of Electron's; null in a thread. */
const { parentPort: processPort = null } = process as { readonly parentPort?: ProcessPort };

interface ProcessPort {
  readonly postMessage: (message: WorkerMessage) => void;
  readonly on: (name: 'message', listener: (event: { readonly data: unknown }) => void) => void;
}

const REPORT_BYTES = 4 * 1024 * 1024;
let reportedAt = 0;

async function report(done: number, total: number): Promise<void> {
  if (done - reportedAt >= REPORT_BYTES || done >= total) {
    reportedAt = done;
    send({ type: 'progress', done, total });
  }
  // Yields, so that a request to stop is noticed.
  await setImmediate();
}

let reportedPercent = 0;
/** For work that does not yield: it is ended from outside. */
function reportPercent(done: number, total: number): void {
  const percent = Math.floor((100 * done) / total);
  if (percent <= reportedPercent) return;
  reportedPercent = percent;
  send({ type: 'progress', done, total });
}

async function work(task: WorkerTask): Promise<unknown> {
  switch (task.kind) {
    case 'verify':
      return verify(task.path, task.bytes);
    case 'open': {
      const index = await extractBundle(task.path, task.report, task.folder, abort.signal);
      return { index, content: contentOf(index, task.folder) };
    }
    case 'unpack-runtime':
      for (const { path, sha256 } of task.wheels) {
        await setImmediate();
        if (abort.signal.aborted)
          throw new AppError('stopped', 'Stopped.', 'It continues next time.');
        refuseOther(path, sha256);
      }
      return unpackRuntime(
        task.wheels.map(({ path }) => path),
        task.binding,
        task.folder,
      );
    case 'look-at-data':
      return lookAtDataset(task.source, task.datasetsFolder, {
        onProgress: reportPercent,
        signal: abort.signal,
      });
    case 'recognise-table':
      return recogniseTable(task.path, task.choices);
    case 'recognise-images':
      return imagePreview(task.path);
    case 'compare':
      return compareFolders(task.folders);
    case 'compare-groups':
      return compareGroups(task.groups);
    case 'tensor-detail':
      return detailOfTensor(task.folders, task.place);
    case 'trash':
      return trashAll(task.runs, new Date(task.at));
    case 'restore':
      for (const place of task.places) restoreRun(place);
      return null;
    case 'empty-trash':
      emptyTrash(task.roots);
      return null;
    case 'flips':
      return flipsIn(task);
    case 'evaluation': {
      const evaluation = await evaluationOf(task);
      if (task.isKept) keepEvaluation(task.folder, evaluation);
      return evaluation;
    }
    case 'row-of-run':
      return rowOfRun(task.folder, task.row, task.datasetsFolder);
    case 'prepare-rows': {
      const ports = {
        onProgress: reportPercent,
        onRead: () => {},
        signal: abort.signal,
        memoryBytes: availableMemory(),
      };
      const { folder, data, place, datasetsFolder } = task;
      const like = await prepareOther(folder, data, place, datasetsFolder, ports);
      // The network reads its inputs from the folder.
      return { ...like, dataset: { ...like.dataset, inputs: new Float32Array() } };
    }
    case 'predicted':
      return predictedTable(task.folder, task.like, task.place);
    case 'save':
      return saveRun(task, (file, to) => makeSavedModel(task.keras, [file, to], abort.signal));
    case 'measured':
      return measuredWeights(task);
    case 'align':
      return alignTraced(task);
    case 'losses':
      return task.folders.map((folder) => readRunQuickly(folder).losses);
    case 'prepare-keras':
      return prepare(task.script, task.backend);
    case 'export': {
      const { privateKey } = task;
      const signer = privateKey === null ? null : signerOf(privateKey);
      return exportBundle({ ...task, signer, signal: abort.signal, onProgress: report });
    }
  }
}

function refuseOther(wheel: string, sha256: string): void {
  const found = withFile(wheel, sha256Of);
  if (found === sha256) return;
  throw new AppError(
    'download-failed',
    `${wheel} is another file: its sha256 is ${found}, not ${sha256}.`,
    'Choose the file that is named in the window.',
  );
}

async function verify(path: string, total: number): Promise<Report> {
  const steps = verifyBundle(path);
  let done = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (abort.signal.aborted) {
      steps.return(null as never);
      throw new AppError('stopped', 'Stopped.', 'Open the bundle again.');
    }
    done += step.value;
    await report(Math.min(done, total), total);
  }
}

function send(message: WorkerMessage): void {
  (parentPort ?? processPort)?.postMessage(message);
}

function begin(task: WorkerTask): Promise<void> {
  return work(task)
    .then((value) => send({ type: 'done', value }))
    .catch((error: unknown) => send({ type: 'failed', error: toWireError(error) }));
}

if (parentPort !== null) {
  parentPort.on('message', () => abort.abort());
  void begin(workerData as WorkerTask).finally(() => parentPort?.close());
} else {
  // Its parent ends it; a listener keeps it until then. Within the event itself Electron takes the rejection of
  // a promise for one that nobody handles.
  processPort?.on('message', ({ data }) => {
    void setImmediate().then(() => begin(data as WorkerTask));
  });
}
