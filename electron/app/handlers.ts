import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { z } from 'zod';
import type { ChosenFiles } from '../../shared/data/chosen';
import type { Handlers, ImportedModel, Interruption } from '../../shared/ipc/contract';
import { AppError } from '../../shared/lib/appError';
import type { Project } from '../../shared/training/projectFile';
import { askForFile, askForFolder } from './askForFile';
import { ChosenData } from './dataHandlers';
import { droppedKind } from '../data/droppedKind';
import {
  backendOf,
  type EnvironmentChoice,
  type InstallProgress,
} from '../../shared/engines/environment';
import type { KerasEngine } from '../engines/keras/kerasEngine';
import { isWithin } from '../files/isWithin';
import { makeStartHandlers } from './startHandlers';
import { makeNetworkHandlers } from './networkHandlers';
import type { Bundles } from './bundles';
import { TrainingAgain } from './trainingAgain';
import { makeCompareHandlers } from './compareHandlers';
import type { Experiments } from './experiments';
import type { Projects } from './projects';
import { makeRunHandlers, ownRun } from './runHandlers';
import { runFoldersIn } from '../runs/findRuns';
import type { KeptFolders } from '../runs/keptFolders';
import type { RunWatch } from '../runs/watch/runWatch';
import { interruptionAt, noExperiment, type LastSession } from './session/lastSession';
import type { Runtime } from '../runtime/runtime';
import type { SigningKey } from './signingKey';
import { version } from '../version';

const licencesSchema = z.array(
  z.object({ name: z.string(), version: z.string(), licence: z.string(), text: z.string() }),
);

export interface HandledParts {
  readonly experiments: Experiments;
  readonly session: LastSession;
  /** Why the previous page was lost, returned only once; null if it was not. */
  readonly takeLostWindow: () => string | null;
  readonly projects: Projects;
  readonly bundles: Bundles;
  readonly key: SigningKey;
  readonly runtime: Runtime;
  readonly keras: KerasEngine;
  /** Where the built-in data sets lie. */
  readonly datasetsFolder: string;
  readonly onInstallProgress: (progress: InstallProgress) => void;
  readonly onRuntimeProgress: (done: number, total: number) => void;
  readonly onDataProgress: (done: number, total: number) => void;
  readonly onTrainingAgain: (phase: string) => void;
  /** Whether the user dropped this path on the window. */
  readonly wasDropped: (path: string) => boolean;
  readonly kept: KeptFolders;
  readonly watch: RunWatch;
  /** The compiled worker. */
  readonly worker: string;
  readonly runsFolder: string;
  readonly licencesFile: string;
}

/** The files of a project, which the page may train on from then on. */
export type FilesOfProject = (project: Project) => Promise<ChosenFiles>;

/** What the main process does for the page. */
export function makeHandlers({
  experiments,
  session,
  takeLostWindow,
  projects,
  bundles,
  key,
  runtime,
  keras,
  datasetsFolder,
  onInstallProgress,
  onRuntimeProgress,
  onDataProgress,
  onTrainingAgain,
  wasDropped,
  kept,
  watch,
  worker,
  runsFolder,
  licencesFile,
}: HandledParts): Handlers {
  const again = new TrainingAgain(experiments, onTrainingAgain);
  const { environments } = keras;
  /** The page may train only on files that the user chose in a dialog, in a project or by dropping them. */
  const chosenPaths = new Set<string>();
  const data = new ChosenData({ experiments, worker, onDataProgress, chosen: chosenPaths });
  const filesOfProject: FilesOfProject = (project) => data.ofProject(project);
  const chosenModel = (model: ImportedModel): ImportedModel => {
    if (model.weightsFile !== null) chosenPaths.add(model.weightsFile);
    return model;
  };
  const chosenExperiment = (path: string): Interruption => {
    const interruption = interruptionAt(path);
    if (interruption.resumable === null) throw noExperiment(path);
    chosenPaths.add(path);
    return interruption;
  };
  /** The two runs of an experiment, which may then be compared. */
  const pairIn = (experiment: string): readonly [string, string] | null => {
    const [a, b, ...more] = [...runFoldersIn(experiment)];
    if (a === undefined || b === undefined || more.length > 0) return null;
    chosenPaths.add(a);
    chosenPaths.add(b);
    return [a, b];
  };
  const isUnpacked = (folder: string) => {
    const unpacked = bundles.unpackedFolder;
    return unpacked !== null && isWithin(folder, unpacked);
  };
  /** Runs that the page may read: those of a bundle that is open, chosen ones, and those of kept folders. */
  const allowed = (folder: string) =>
    isUnpacked(folder) || chosenPaths.has(folder) ? folder : ownRun(kept, folder);
  let installing = new AbortController();
  return {
    appInfo: async () => ({
      version,
      electron: process.versions.electron ?? '',
      chromium: process.versions['chrome'] ?? '',
      node: process.versions.node,
      cpuCount: os.cpus().length,
      runsFolder,
    }),
    licences: async () => licencesSchema.parse(JSON.parse(await readFile(licencesFile, 'utf8'))),
    openProject: async ({ path }) => {
      const opened = await projects.open(path);
      if (opened === null) return null;
      return { ...opened, files: await filesOfProject(opened.project) };
    },
    saveProject: ({ path, project }) => projects.save(path, project),
    importModel: async () => {
      const model = await projects.importModel();
      return model === null ? null : chosenModel(model);
    },
    takeDropped: async ({ path }) => {
      if (!wasDropped(path)) {
        throw new AppError('refused', `${path} was not dropped by you.`, 'Drop it on the window.');
      }
      const kind = droppedKind(path);
      switch (kind) {
        case 'project':
          projects.name(path);
          return { kind, path };
        case 'bundle':
          return { kind, path };
        case 'model':
          return { kind, model: chosenModel(await projects.takeModel(path)) };
        case 'table':
          return { kind, table: await data.table(path) };
        case 'npy':
          return { kind, npy: await data.npy(path) };
        case 'images':
          return { kind, images: await data.images(path) };
        case 'run':
          chosenPaths.add(path);
          return { kind, folder: path };
        case 'runs':
          kept.add(path);
          return { kind, folder: path };
        case 'experiment':
          return { kind, interruption: chosenExperiment(path), pair: pairIn(path) };
      }
    },
    recentProjects: async () => projects.recent(),
    keepDraft: async (draft) => {
      projects.keepDraft(draft);
      return null;
    },
    startWith: async () => {
      const { draft, file } = projects.startWith();
      const bundle = bundles.startWith();
      return {
        draft,
        file,
        bundle,
        files: draft === null ? {} : await filesOfProject(draft.project),
        interruption: session.takeInterruption(),
        lostWindow: takeLostWindow(),
        running: experiments.takeOver(),
      };
    },
    saveBytes: ({ suggestedName, bytes }) => projects.saveFile(suggestedName, bytes),
    saveText: ({ suggestedName, text }) => projects.saveFile(suggestedName, text),
    startArticle: async (options) => {
      data.refuseUnchosen((options.project ?? options).data, options.project?.initialWeights);
      return { experiment: experiments.start(options, new Date()) };
    },
    startProject: async (project) => {
      data.refuseUnchosen(project.data, project.initialWeights);
      return { experiment: experiments.startProject(project, new Date()) };
    },
    chooseExperiment: async () => {
      const path = await askForFolder('Choose the folder of an experiment');
      return path === null ? null : chosenExperiment(path);
    },
    resumeExperiment: async ({ folder }) => {
      const own = chosenPaths.has(folder) ? folder : ownRun(kept, folder);
      return { experiment: experiments.resume(own, new Date()) };
    },
    stopExperiment: async ({ experiment }) => {
      experiments.stop(experiment);
      return null;
    },
    pauseExperiment: async ({ experiment, isPaused }) => {
      experiments.pause(experiment, isPaused);
      return null;
    },
    exportBundle: async (input) => {
      const folders = input.folders.map((folder) => ownRun(kept, folder));
      return bundles.export({ ...input, folders });
    },
    openBundle: ({ path }) => bundles.open(path),
    stopBundleWork: async () => {
      bundles.stop();
      return null;
    },
    startReplay: async () => {
      const bundle = await bundles.toReplay();
      if (bundle === null) return null;
      return { experiment: experiments.startReplay(bundle, new Date()) };
    },
    signingKey: async () => key.state(),
    runtimeState: async () => runtime.state,
    fetchRuntime: async () => {
      await runtime.fetch(onRuntimeProgress);
      return runtime.state;
    },
    environments: () => environments.list(),
    chooseEnvironment: async ({ engine, choice }) => {
      experiments.refuseWhileTraining();
      const own = choice.kind === 'own' ? await chosenPython() : choice;
      if (own !== null) await environments.choose(engine, own);
      return environments.list();
    },
    installEnvironment: async ({ engine, isFromFolder }) => {
      const wheels = isFromFolder ? await askForFolder('Choose a folder of wheels') : null;
      if (isFromFolder && wheels === null) return environments.list();
      installing = new AbortController();
      const making = { signal: installing.signal, onProgress: onInstallProgress };
      await environments.install(backendOf(engine), making, wheels);
      return environments.list();
    },
    stopInstalling: async () => {
      installing.abort();
      return null;
    },
    removeEnvironment: async ({ engine }) => {
      experiments.refuseWhileTraining();
      await environments.remove(engine);
      return environments.list();
    },
    chooseDevice: async ({ device }) => {
      runtime.choose(device);
      return runtime.state;
    },
    chooseRuntime: async () => {
      const { device, devices } = runtime.state;
      const [file = ''] = devices.find((own) => own.device === device)?.files ?? [];
      const path = await askForFile(`Choose ${file}`, [{ name: 'Wheel', extensions: ['whl'] }]);
      if (path !== null) await runtime.take(path);
      return runtime.state;
    },
    stopRuntime: async () => {
      runtime.stop();
      return null;
    },
    ...data.handlers,
    ...makeRunHandlers({ kept, watch, bundles, worker, filesOfProject, again }),
    ...makeCompareHandlers({ allowed, worker, chosen: chosenPaths, again, runsFolder }),
    ...makeStartHandlers({ again, projects, allow: (path) => void chosenPaths.add(path) }),
    ...makeNetworkHandlers({
      allowed,
      isKept: (folder) => !isUnpacked(folder),
      wasDropped,
      worker,
      again,
      projects,
      keras,
      datasetsFolder,
    }),
  };
}

async function chosenPython(): Promise<EnvironmentChoice | null> {
  const python = await askForFile('Choose a Python with Keras 3', []);
  return python === null ? null : { kind: 'own', python };
}
