import { createHash } from 'node:crypto';
import type { Handlers } from '../../shared/ipc/contract';
import { AppError } from '../../shared/lib/appError';
import { inTempFolder } from '../files/inTempFolder';
import { startSource } from '../start/startSource';
import { writeStart } from '../start/writeStart';
import { askForFile, askForFolder } from './askForFile';
import type { Projects } from './projects';
import type { TrainingAgain } from './trainingAgain';

export interface StartParts {
  readonly again: TrainingAgain;
  readonly projects: Projects;
  /** Lets the page train with a file. */
  readonly allow: (path: string) => void;
}

/** What the main process does for weights to start from. */
export function makeStartHandlers({ again, projects, allow }: StartParts) {
  let last: string | null = null;
  const chosen = async (source: 'folder' | 'file' | 'again'): Promise<string | null> => {
    if (source === 'folder') return askForFolder('Choose the folder of a run');
    if (source === 'file') {
      return askForFile('Choose weights to start from', [
        { name: 'Weights', extensions: ['safetensors', 'keras', 'h5', 'hdf5', 'zip'] },
        { name: 'All files', extensions: ['*'] },
      ]);
    }
    if (last !== null) return last;
    throw new AppError(
      'bad-arguments',
      'Nothing was chosen to start from.',
      'Choose a run or a file.',
    );
  };
  return {
    makeStart: async ({ project, source, which, matched, optimiser, random }) => {
      const path = await chosen(source);
      if (path === null) return null;
      return again.do((ports) =>
        inTempFolder('start', async (place) => {
          const isFile = source === 'file' && !/\.zip$/i.test(path);
          const own = isFile ? null : which;
          const found = await startSource(path, own, null, place, ports);
          last = path;
          // By what is asked for, so that a project that uses another one keeps it.
          const asked = JSON.stringify([
            path,
            own,
            matched,
            optimiser,
            random,
            project.architectures,
          ]);
          const name = createHash('sha256').update(asked).digest('hex').slice(0, 16);
          const file = projects.weightsFile(name);
          const choice = { which: own, matched: new Map(matched), optimiser, random };
          const { start, matches, theirs } = writeStart(project, found, choice, file);
          allow(file);
          return { file, start, matches, theirs };
        }),
      );
    },
  } satisfies Partial<Handlers>;
}
