import { existsSync } from 'node:fs';
import { shell } from 'electron';
import type { Handlers, Requests } from '../../shared/ipc/contract';
import type { RunFolder } from '../../shared/runs/runsReport';
import { AppError } from '../../shared/lib/appError';
import { changeAnnotation } from '../runs/annotationFile';
import { experimentFolderOf, readExperiment } from '../runs/experimentFile';
import type { KeptFolders } from '../runs/keptFolders';
import { projectOfRun } from '../runs/projectOfRun';
import { trashedRuns } from '../runs/trash';
import type { RunWatch } from '../runs/watch/runWatch';
import { canGoOn, resumeAlone, scriptAt } from '../training/resumeAlone';
import { inWorker } from '../worker/inWorker';
import type { WorkerTask } from '../worker/main';
import { askForFolder } from './askForFile';
import type { Bundles } from './bundles';
import type { FilesOfProject } from './handlers';
import { resumedFrom } from './session/lastSession';
import type { TrainingAgain } from './trainingAgain';

export interface RunParts {
  readonly kept: KeptFolders;
  readonly watch: RunWatch;
  readonly bundles: Bundles;
  /** The compiled worker. */
  readonly worker: string;
  /** Lets the page train on a project's files, and shows them. */
  readonly filesOfProject: FilesOfProject;
  readonly again: TrainingAgain;
}

/** What the main process does with the runs in the kept folders. */
export function makeRunHandlers({ kept, watch, bundles, worker, filesOfProject, again }: RunParts) {
  let isShown = false;
  const look = () => watch.tell({ roots: kept.all(), isWatching: isShown });
  const folders = (): RunFolder[] => {
    const added = kept.added();
    return kept
      .all()
      .map((folder) => ({ folder, isOwn: !added.includes(folder), isThere: existsSync(folder) }));
  };
  const own = (folder: string) => ownRun(kept, folder);
  const inThread = <T>(task: WorkerTask) =>
    inWorker<T>(worker, task, new AbortController().signal, () => {});
  return {
    watchRuns: async (input) => {
      ({ isShown } = input);
      look();
      return null;
    },
    runFolders: async () => folders(),
    keepRunFolder: async () => {
      const folder = await askForFolder('Choose a folder whose runs are shown');
      if (folder !== null) kept.add(folder);
      look();
      return folders();
    },
    forgetRunFolder: async ({ folder }) => {
      kept.forget(folder);
      look();
      return folders();
    },
    annotateRun: async ({ folder, change }) => {
      changeAnnotation(own(folder), change);
      look();
      return null;
    },
    trashRuns: async ({ folders: runs }) => {
      const owned = runs.map((folder) => ({
        folder: own(folder),
        root: kept.rootOf(folder) ?? '',
      }));
      try {
        const at = new Date().toISOString();
        return await inThread<Requests['trashRuns']['output']>({ kind: 'trash', runs: owned, at });
      } finally {
        look();
      }
    },
    restoreRuns: async ({ places }) => {
      try {
        await inThread<null>({ kind: 'restore', places: places.map(own) });
      } finally {
        look();
      }
      return null;
    },
    trashedRuns: async () => trashedRuns(kept.all()),
    emptyTrash: () => inThread<null>({ kind: 'empty-trash', roots: kept.all() }),
    projectOfRun: async ({ folder }) => {
      const { project, notes } = projectOfRun(own(folder));
      return { project, notes, files: await filesOfProject(project) };
    },
    experimentOfRun: async ({ folder }) => {
      const experiment = experimentFolderOf(own(folder));
      const file = experiment === null ? null : readExperiment(experiment);
      if (experiment === null || file === null) return null;
      return { folder: experiment, what: resumedFrom(file) };
    },
    resumeAlone: ({ folder }) => {
      const place = own(folder);
      return again.do(async (ports) => {
        const script = scriptAt(place, ports.datasetsFolder);
        ports.onPhase(
          canGoOn(script)
            ? 'Training what is missing'
            : 'Training again from the start, since no state to go on from was kept',
        );
        await resumeAlone(script, ports, () => {});
        return null;
      });
    },
    openRunsAsBundle: ({ folders: runs }) => bundles.openRuns(runs.map(own)),
    showRunFolder: async ({ folder }) => {
      shell.showItemInFolder(own(folder));
      return null;
    },
  } satisfies Partial<Handlers>;
}

/**
 * The page may name only what lies in a kept folder.
 * @throws {AppError} refused
 */
export function ownRun(kept: KeptFolders, folder: string): string {
  if (kept.rootOf(folder) !== null) return folder;
  throw new AppError(
    'refused',
    `${folder} is in none of the folders whose runs are shown.`,
    'Choose a run in the table, or keep its folder.',
  );
}
