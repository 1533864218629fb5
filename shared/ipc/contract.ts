import type { Style } from '../architecture/architecture';
import type { OpenedBundle } from '../bundle/openedBundle';
import type { WireError } from '../lib/appError';
import type { ArticleOptions } from '../protocols/articleOptions';
import type { DataFacts } from '../architecture/dataFacts';
import type {
  EngineEnvironment,
  EnvironmentChoice,
  InstallProgress,
  KerasEngineId,
} from '../engines/environment';
import type { AnnotationChange } from '../runs/annotation';
import type { ComparedGroups, Groups } from '../compare/groups';
import type { ComparedRuns, TensorPlace } from '../compare/comparedRuns';
import type { Flips } from '../compare/flips';
import type { Evaluation, WeightStage } from '../evaluation/evaluation';
import type { MeasuredWeights } from '../compare/measuredSteps';
import type { TrainedRepeat } from '../compare/repeats';
import type { Explanation } from '../explain/explanation';
import type { TensorDetail } from '../compare/tensorDifference';
import type { DataSource } from '../data/dataSource';
import type { ChosenFiles, ChosenImages, ChosenNpy, TableToRecognise } from '../data/chosen';
import type { PreparedData } from '../data/preparedData';
import type { RecognisedTable } from '../data/table/recognised';
import type { RunFolder, RunsReport, TrashedRun } from '../runs/runsReport';
import type { Imported } from '../source/import/importModel';
import type { Predictions } from '../evaluation/predictionTable';
import type { ShownRow } from '../evaluation/shownRow';
import type { SavedNetwork, SaveFormatName } from '../saving/saveFormats';
import type { Project } from '../training/projectFile';
import type { AskedStart, ShownStart } from './askedStart';
import type { Device, RuntimeState } from './runtimeState';
import type { TrainingEvent } from '../training/trainingEvent';

/** What the page may ask of the main process. Channel name = key. */
export interface Requests {
  appInfo: { input: null; output: AppInfo };
  /** Every part that the app consists of, with its licence's own text. */
  licences: { input: null; output: readonly Licence[] };
  /** Asks the user for a CSV file; null when cancelled. */
  chooseTable: { input: null; output: RecognisedTable | null };
  /** What is kept of data that was read. */
  preparedData: { input: null; output: PreparedData };
  emptyPreparedData: { input: null; output: PreparedData };
  limitPreparedData: { input: { readonly bytes: number }; output: PreparedData };
  /** A table that was chosen, read in another way. */
  recogniseTable: { input: TableToRecognise; output: RecognisedTable };
  /** Asks the user for a .npy file; null when cancelled. */
  chooseNpy: { input: null; output: ChosenNpy | null };
  /** Asks the user for a folder of pictures; null when cancelled. */
  chooseImages: { input: null; output: ChosenImages | null };
  /** Reads the data that is chosen, to be checked against the network; a new request ends the one before. */
  lookAtData: { input: DataSource; output: DataFacts };
  /** Stops reading the data. */
  /** The files of chosen data as they are now; null if they have not changed since they were shown. */
  changedFiles: { input: DataSource; output: ChosenFiles | null };
  stopLooking: { input: null; output: null };
  startArticle: { input: ArticleOptions; output: { readonly experiment: string } };
  /** Opens a project: at `path`, which must be a recent one or one that the system asked to open, or one that the user chooses. Null when cancelled. */
  openProject: { input: { readonly path: string | null }; output: OpenedProject | null };
  /** Writes to `path`, which must be an opened or saved one, or where the user says. Null when cancelled. */
  saveProject: {
    input: { readonly path: string | null; readonly project: Project };
    output: { readonly path: string } | null;
  };
  /** Reads a model that Keras or TensorFlow.js stored, where the user says. Null when cancelled. */
  importModel: { input: null; output: ImportedModel | null };
  /** Takes what the user dropped on the window, by its kind. */
  takeDropped: { input: { readonly path: string }; output: Dropped };
  /** Paths, the most recent first. */
  recentProjects: { input: null; output: readonly string[] };
  /** Keeps what is being built, for the next start; null when there is nothing to keep. */
  keepDraft: { input: KeptDraft | null; output: null };
  /** What the last session left, and a file that the system asked to open. */
  startWith: {
    input: null;
    output: {
      readonly draft: KeptDraft | null;
      readonly files: ChosenFiles;
      readonly file: string | null;
      /** A bundle that the system asked to open. */
      readonly bundle: string | null;
      /** How the last session was interrupted, if it was; returned only once. */
      readonly interruption: Interruption | null;
      /** Why the previous page's process ended, in Chromium's words (killed, crashed, oom); returned once. */
      readonly lostWindow: string | null;
      /** The experiment that runs since before this page loaded, or ran last, with its events so far. */
      readonly running: RunningExperiment | null;
    };
  };
  /** Writes text where the user says. Null when cancelled. */
  saveText: {
    input: { readonly suggestedName: string; readonly text: string };
    output: { readonly path: string } | null;
  };
  /** The same for a picture. */
  saveBytes: {
    input: { readonly suggestedName: string; readonly bytes: Uint8Array };
    output: { readonly path: string } | null;
  };
  /** Trains the styles of a project side by side. */
  startProject: { input: Project; output: { readonly experiment: string } };
  /** Asks the user for the folder of an experiment; null when cancelled. */
  chooseExperiment: { input: null; output: Interruption | null };
  /** Resumes an interrupted experiment: one of this app, or that the user chose or dropped. */
  resumeExperiment: {
    input: { readonly folder: string };
    output: { readonly experiment: string };
  };
  /** Asks every running trainer to stop at its next step. */
  stopExperiment: { input: { readonly experiment: string }; output: null };
  /** Pauses every running trainer at its next step, or lets it continue. */
  pauseExperiment: {
    input: { readonly experiment: string; readonly isPaused: boolean };
    output: null;
  };
  /**
   * Packs runs of this app into a bundle, where the user says. Null when cancelled in the dialog.
   * `bundleProgress` reports the progress.
   */
  exportBundle: {
    input: {
      readonly folders: readonly string[];
      readonly suggestedName: string;
      readonly data: 'embed' | 'hash';
      readonly isSigned: boolean;
    };
    output: {
      readonly path: string;
      readonly bundleId: string;
      readonly bytes: number;
      /** Names of the runs whose training did not end as planned. */
      readonly unfinished: readonly string[];
    } | null;
  };
  /** Verifies a bundle: at `path`, which was dropped or opened by the system, or one that the user chooses. Null when cancelled. */
  openBundle: { input: { readonly path: string | null }; output: OpenedBundle | null };
  /** Stops exporting or opening. */
  stopBundleWork: { input: null; output: null };
  /** Trains again what the opened bundle records; asks for its data where it is not embedded. Null when cancelled. */
  startReplay: { input: null; output: { readonly experiment: string } | null };
  /** The signing key; its id is null until there is one. */
  signingKey: {
    input: null;
    output: { readonly isAvailable: boolean; readonly keyId: string | null };
  };
  /** The Python environments of Keras; sizes are counted anew. */
  environments: { input: null; output: readonly EngineEnvironment[] };
  /** Chooses what trains from now on; `own` asks the user for a Python. The list as before when cancelled. */
  chooseEnvironment: {
    input: {
      readonly engine: KerasEngineId;
      readonly choice:
        Exclude<EnvironmentChoice, { readonly kind: 'own' }> | { readonly kind: 'own' };
    };
    output: readonly EngineEnvironment[];
  };
  /** Installs what is chosen, from the package index or a folder of wheels that the user chooses. */
  installEnvironment: {
    input: { readonly engine: KerasEngineId; readonly isFromFolder: boolean };
    output: readonly EngineEnvironment[];
  };
  /** Stops the installation, which continues from there next time. */
  stopInstalling: { input: null; output: null };
  /** Deletes all that was installed for an engine. */
  removeEnvironment: {
    input: { readonly engine: KerasEngineId };
    output: readonly EngineEnvironment[];
  };
  /** Whether the native runtime of each device is there; a checkout always has one. */
  runtimeState: { input: null; output: RuntimeState };
  /** What the next training computes on. */
  chooseDevice: { input: { readonly device: Device }; output: RuntimeState };
  /** Fetches it, continuing where an earlier attempt ended; `runtimeProgress` reports the progress. */
  fetchRuntime: { input: null; output: RuntimeState };
  /** Installs it from a file that the user fetched elsewhere. */
  chooseRuntime: { input: null; output: RuntimeState };
  stopRuntime: { input: null; output: null };
  /** Whether the page shows runs: they are then looked at again and again, and `runs` reports them. */
  watchRuns: { input: { readonly isShown: boolean }; output: null };
  /** The folders whose runs are shown. */
  runFolders: { input: null; output: readonly RunFolder[] };
  /** Keeps a folder that the user chooses. */
  keepRunFolder: { input: null; output: readonly RunFolder[] };
  /** Its runs stay where they are. */
  forgetRunFolder: { input: { readonly folder: string }; output: readonly RunFolder[] };
  /** Changes a part of what a person says about a run; the rest stays as it is in its folder. */
  annotateRun: {
    input: { readonly folder: string; readonly change: AnnotationChange };
    output: null;
  };
  /** Moves runs to the trash; what could not be moved is named with its error. */
  trashRuns: {
    input: { readonly folders: readonly string[] };
    output: { readonly trashed: readonly TrashedRun[]; readonly error: WireError | null };
  };
  /** Moves runs back, named by their places in the trash. */
  restoreRuns: { input: { readonly places: readonly string[] }; output: null };
  trashedRuns: { input: null; output: readonly TrashedRun[] };
  /** Deletes for good what is in the trash. */
  emptyTrash: { input: null; output: null };
  /** The project with exactly a run's settings, and what of the run is not in it. */
  projectOfRun: {
    input: { readonly folder: string };
    output: {
      readonly project: Project;
      readonly files: ChosenFiles;
      readonly notes: readonly string[];
    };
  };
  /** The experiment that a run belongs to, to be resumed; null if it lies in none. */
  experimentOfRun: {
    input: { readonly folder: string };
    output: { readonly folder: string; readonly what: ResumedExperiment } | null;
  };
  /** Trains what is missing of a run in no experiment; `trainingAgain` says so, `stopTrainingAgain` stops it. */
  resumeAlone: { input: { readonly folder: string }; output: null };
  /** Asks the user for the folder of a run; null when cancelled. */
  chooseRun: { input: null; output: { readonly folder: string } | null };
  /** Two runs side by side: in kept folders, chosen, dropped, or of the opened bundle. */
  compareRuns: { input: { readonly folders: readonly [string, string] }; output: ComparedRuns };
  compareGroups: {
    input: { readonly groups: Groups };
    output: ComparedGroups;
  };
  tensorDetail: {
    input: { readonly folders: readonly [string, string]; readonly place: TensorPlace };
    output: TensorDetail;
  };
  /** Trains two runs again to name the first operation whose result differs; null if none does. */
  explainRuns: {
    input: { readonly folders: readonly [string, string] };
    output: Explanation | null;
  };
  /** Trains two runs again to see how far their weights are apart between start and end. */
  measureWeights: {
    input: { readonly folders: readonly [string, string] };
    output: MeasuredWeights;
  };
  /** Held-out rows whose predicted class differs. */
  flippedExamples: {
    input: { readonly folders: readonly [string, string] };
    output: Flips;
  };
  /** What a run's network is worth on the rows that it held out. */
  evaluateRun: {
    input: { readonly folder: string; readonly weights: WeightStage };
    output: Evaluation;
  };
  /** A row of a run's data, as its network got it. */
  rowOfRun: {
    input: { readonly folder: string; readonly row: number };
    output: ShownRow;
  };
  /**
   * What a run's network says about the rows of another file, which the user chooses or dropped; the first of them.
   * Null when cancelled.
   */
  predictFile: {
    input: { readonly folder: string; readonly weights: WeightStage; readonly path: string | null };
    output: Predictions | null;
  };
  /** Saves all that was predicted last, where the user says. Null when cancelled. */
  savePredictions: { input: null; output: { readonly path: string } | null };
  /**
   * Writes weights for a project to start from, of a run's folder or a file that the user chooses, or of what was
   * chosen last. Null when cancelled.
   */
  makeStart: { input: AskedStart; output: ShownStart | null };
  /** Saves a run's network, where the user says. Null when cancelled. */
  saveNetwork: {
    input: {
      readonly folder: string;
      readonly weights: WeightStage;
      readonly format: SaveFormatName;
      /** Suggested, without an ending. */
      readonly name: string;
    };
    output: SavedNetwork | null;
  };
  /** Trains both runs' networks repaired; the new runs' folders. */
  trainRepaired: {
    input: { readonly folders: readonly [string, string]; readonly label: string };
    output: readonly [string, string];
  };
  /** Trains repeats of a run; `trainingAgain` says which, and `stopTrainingAgain` stops. */
  trainRepeats: {
    input: { readonly folder: string; readonly seeds: number };
    output: readonly TrainedRepeat[];
  };
  stopTrainingAgain: { input: null; output: null };
  /** Losses of every step of some runs, for a noise floor. */
  lossesOfRuns: { input: { readonly folders: readonly string[] }; output: readonly Float32Array[] };
  /** Packs runs for a replay, and opens what was packed as a bundle. */
  openRunsAsBundle: { input: { readonly folders: readonly string[] }; output: OpenedBundle };
  /** Shows a run's folder in the system's file manager. */
  showRunFolder: { input: { readonly folder: string }; output: null };
}

/** What the main process sends the page unasked. */
export interface Events {
  /** The system asks to open a project file. */
  openFile: { readonly path: string };
  /** The system asks to open a bundle. */
  openBundleFile: { readonly path: string };
  /** Bytes read of what is being exported or verified. */
  bundleProgress: { readonly done: number; readonly total: number };
  /** How much of the data has been read. */
  dataProgress: { readonly done: number; readonly total: number };
  /** Bytes fetched of the native runtime. */
  runtimeProgress: { readonly done: number; readonly total: number };
  /** How far an installation of Keras is. */
  installProgress: InstallProgress;
  experiment: ExperimentEvent;
  /** What training runs again does now, to explain, measure, repeat or resume them. */
  trainingAgain: { readonly phase: string };
  /** Runs that are new or other than before, and how far the folders have been looked at. */
  runs: RunsReport;
}

/** All names: a missing or stale one does not compile. */
export const requestNames = {
  appInfo: true,
  licences: true,
  chooseTable: true,
  recogniseTable: true,
  preparedData: true,
  emptyPreparedData: true,
  limitPreparedData: true,
  chooseNpy: true,
  chooseImages: true,
  lookAtData: true,
  changedFiles: true,
  stopLooking: true,
  startArticle: true,
  openProject: true,
  saveProject: true,
  importModel: true,
  takeDropped: true,
  recentProjects: true,
  keepDraft: true,
  startWith: true,
  saveText: true,
  startProject: true,
  chooseExperiment: true,
  resumeExperiment: true,
  stopExperiment: true,
  pauseExperiment: true,
  showRunFolder: true,
  watchRuns: true,
  runFolders: true,
  keepRunFolder: true,
  forgetRunFolder: true,
  annotateRun: true,
  trashRuns: true,
  restoreRuns: true,
  trashedRuns: true,
  emptyTrash: true,
  projectOfRun: true,
  experimentOfRun: true,
  resumeAlone: true,
  chooseRun: true,
  compareRuns: true,
  compareGroups: true,
  tensorDetail: true,
  explainRuns: true,
  measureWeights: true,
  flippedExamples: true,
  evaluateRun: true,
  rowOfRun: true,
  predictFile: true,
  savePredictions: true,
  saveNetwork: true,
  makeStart: true,
  trainRepaired: true,
  trainRepeats: true,
  stopTrainingAgain: true,
  lossesOfRuns: true,
  saveBytes: true,
  openRunsAsBundle: true,
  exportBundle: true,
  openBundle: true,
  stopBundleWork: true,
  startReplay: true,
  signingKey: true,
  environments: true,
  chooseEnvironment: true,
  installEnvironment: true,
  stopInstalling: true,
  removeEnvironment: true,
  runtimeState: true,
  chooseDevice: true,
  fetchRuntime: true,
  chooseRuntime: true,
  stopRuntime: true,
} as const satisfies Record<keyof Requests, true>;

export const eventNames = {
  experiment: true,
  trainingAgain: true,
  runs: true,
  openFile: true,
  openBundleFile: true,
  bundleProgress: true,
  dataProgress: true,
  runtimeProgress: true,
  installProgress: true,
} as const satisfies Record<keyof Events, true>;

export interface AppInfo {
  readonly version: string;
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  readonly cpuCount: number;
  readonly runsFolder: string;
}

export interface Licence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** A session that did not end cleanly, or an interrupted experiment that the user chose. */
export interface Interruption {
  /** ISO 8601; null if that is not known. */
  readonly startedAt: string | null;
  /** Folder of the interrupted experiment. */
  readonly experiment: string | null;
  /** The user closed the session, which stopped the experiment. */
  readonly wasClosed: boolean;
  /** What would be resumed there; null where nothing can be. */
  readonly resumable: ResumedExperiment | null;
  readonly runs: readonly InterruptedRun[];
}

/** A run that did not end. `style` is null if its records cannot be read. */
export interface InterruptedRun {
  readonly folder: string;
  readonly style: Style | null;
  /** Steps whose losses are recorded. */
  readonly steps: number;
  readonly totalSteps: number;
  /** Whether it has a snapshot to resume from. */
  readonly canGoOn: boolean;
}

/** What is trained, as the page would ask for it. */
export type ResumedExperiment =
  | { readonly kind: 'project'; readonly project: Project }
  | { readonly kind: 'article'; readonly options: ArticleOptions };

export type RunningExperiment = {
  readonly experiment: string;
  readonly events: readonly ExperimentEvent[];
  /** Whether it ended before the page was loaded. */
  readonly isOver: boolean;
} & ResumedExperiment;

export interface OpenedProject {
  readonly path: string;
  readonly project: Project;
  readonly files: ChosenFiles;
}

/** A project that may not have been saved yet. */
export interface KeptDraft {
  readonly path: string | null;
  readonly isChanged: boolean;
  readonly project: Project;
}

export interface ImportedModel {
  readonly path: string;
  readonly imported: Imported;
  /** Its weights, stored for training; null if the file has none. */
  readonly weightsFile: string | null;
}

/** What was dropped. A project and a bundle are opened next, as if the system had asked to. */
export type Dropped =
  | { readonly kind: 'project'; readonly path: string }
  | { readonly kind: 'bundle'; readonly path: string }
  | { readonly kind: 'model'; readonly model: ImportedModel }
  | { readonly kind: 'table'; readonly table: RecognisedTable }
  | { readonly kind: 'npy'; readonly npy: ChosenNpy }
  | { readonly kind: 'images'; readonly images: ChosenImages }
  | { readonly kind: 'run'; readonly folder: string }
  /** A folder that holds runs, which is kept from now on. */
  | { readonly kind: 'runs'; readonly folder: string }
  | {
      readonly kind: 'experiment';
      readonly interruption: Interruption;
      /** Its two runs, if it has just two. */
      readonly pair: readonly [string, string] | null;
    };

/** `number` counts an experiment's events from 0: a receiver drops the stale and notices a gap. */
export type ExperimentEvent = { readonly experiment: string; readonly number: number } & (
  | TrainingEvent
  | { readonly type: 'ended'; readonly how: 'finished' | 'stopped' }
  | { readonly type: 'failed'; readonly error: WireError }
);

export type RequestName = keyof Requests;
export type EventName = keyof Events;

/** The main process's side: every request has a handler. */
export type Handlers = {
  readonly [K in RequestName]: (input: Requests[K]['input']) => Promise<Requests[K]['output']>;
};

/** The page's side. A refused request rejects with an AppError. */
export type Api = {
  readonly [K in RequestName]: (input: Requests[K]['input']) => Promise<Requests[K]['output']>;
};

/** What crosses the bridge for a request: errors as data, since Electron strips their fields. */
export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** Channel on which the preload script tells the main process what was dropped. */
export const DROPPED = 'dropped';

/** The raw connection that the preload script gives the page. */
export interface Transport {
  readonly request: (name: RequestName, input: unknown) => Promise<Reply<unknown>>;
  /** The path of a dropped file; empty if the system does not reveal it. */
  readonly pathOf: (file: unknown) => string;
  /** @returns a function that ends the subscription */
  readonly subscribe: (name: EventName, listener: (payload: unknown) => void) => () => void;
}
