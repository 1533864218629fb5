import { app, BrowserWindow, dialog } from 'electron';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventName, Events } from '../../shared/ipc/contract';
import { engineOf } from '../../shared/engines/engineCatalog';
import { AppError } from '../../shared/lib/appError';
import { bundleFileIn, Bundles } from './bundles';
import { Experiments } from './experiments';
import { makeHandlers } from './handlers';
import { rememberDropped } from './ipc/dropped';
import { handleAll } from './ipc/handle';
import { declarePageScheme, isOurPage, servePage } from './pageProtocol';
import { netGet } from './netGet';
import { settingsFolder } from '../files/settingsFolder';
import { KeptFolders } from '../runs/keptFolders';
import { INDEX_FILE } from '../runs/runIndex';
import { RunWatch } from '../runs/watch/runWatch';
import { Runtime } from '../runtime/runtime';
import { KerasEngine } from '../engines/keras/kerasEngine';
import { trainersOf } from '../engines/trainers';
import { utilityTrainer } from './utilityTrainer';
import { projectFileIn, Projects } from './projects';
import { LastSession } from './session/lastSession';
import { SigningKey } from './signingKey';
import { inWorker } from '../worker/inWorker';
import { denyPermissions, fenceContents, openWindow, removeMenu } from './window';

/** Never aborted: a process that is no longer wanted is killed once it has started. */
const never = new AbortController().signal;

declarePageScheme();
fenceContents();

function tellPages<K extends EventName>(name: K, payload: Events[K]): void {
  for (const window of BrowserWindow.getAllWindows()) {
    if (!window.isDestroyed()) window.webContents.send(name, payload);
  }
}

/** Command-line arguments as absolute paths; desktops pass files as file: URLs. */
function pathsIn(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    if (word.startsWith('-')) return [];
    if (!word.startsWith('file:')) return [resolve(word)];
    try {
      return [fileURLToPath(word)];
    } catch {
      // A file on another machine.
      return [];
    }
  });
}

async function start(): Promise<void> {
  await app.whenReady();
  denyPermissions();
  removeMenu();
  servePage(join(__dirname, '../renderer'));
  const runsFolder = resolve(app.getPath('userData'), 'runs');
  // Threads and processes are started from files, not from within the archive.
  const code = app.isPackaged ? __dirname.replace('app.asar', 'app.asar.unpacked') : __dirname;
  const datasets = join(code, '../datasets');
  const runtime = new Runtime(
    {
      resources: process.resourcesPath,
      userData: app.getPath('userData'),
      code,
      pin: join(__dirname, '../runtime.json'),
      index: process.env['TWINTRAIN_INDEX'] ?? 'https://pypi.org/simple',
      driver: '/proc/driver/nvidia/version',
    },
    netGet,
  );
  const session = new LastSession(app.getPath('userData'), new Date().toISOString());
  const worker = join(code, 'worker.cjs');
  const keras = new KerasEngine(
    join(code, '../keras'),
    process.env['TWINTRAIN_INDEX'] ?? null,
    netGet,
    (script, backend) =>
      inWorker(worker, { kind: 'prepare-keras', script, backend }, never, () => {}),
  );
  const tfjs = utilityTrainer(join(code, 'trainer.cjs'), () => runtime.variables());
  const experiments = new Experiments(
    {
      spawn: trainersOf(tfjs, keras.spawn),
      ready: async (engine, making) => {
        if (engineOf(engine) === 'tfjs') runtime.assertReady();
        else await keras.ready(engine, making);
      },
    },
    { runs: runsFolder, datasets, worker },
    (event) => tellPages('experiment', event),
    session,
  );
  const kept = new KeptFolders([runsFolder], settingsFolder());
  const watch = new RunWatch(
    join(code, 'runs.cjs'),
    join(app.getPath('userData'), INDEX_FILE),
    (report) => tellPages('runs', report),
  );
  const given = pathsIn(process.argv.slice(1));
  const projects = new Projects(app.getPath('userData'), projectFileIn(given));
  const key = new SigningKey(app.getPath('userData'));
  const bundles = new Bundles(code, datasets, key, bundleFileIn(given), (progress) =>
    tellPages('bundleProgress', progress),
  );
  const openFile = (words: readonly string[]) => {
    const paths = pathsIn(words);
    const [project, bundle] = [projectFileIn(paths), bundleFileIn(paths)];
    if (project !== null) {
      projects.name(project);
      tellPages('openFile', { path: project });
    } else if (bundle !== null) tellPages('openBundleFile', { path: bundle });
  };
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFile([path]);
  });
  app.on('second-instance', (_, words) => {
    openFile(words);
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  let lostWindow: string | null = null;
  const onDataProgress = (done: number, total: number) =>
    tellPages('dataProgress', { done, total });
  const onRuntimeProgress = (done: number, total: number) =>
    tellPages('runtimeProgress', { done, total });
  handleAll(
    makeHandlers({
      experiments,
      session,
      takeLostWindow: () => {
        const reason = lostWindow;
        lostWindow = null;
        return reason;
      },
      projects,
      bundles,
      key,
      runtime,
      keras,
      datasetsFolder: datasets,
      onInstallProgress: (progress) => tellPages('installProgress', progress),
      onRuntimeProgress,
      onDataProgress,
      onTrainingAgain: (phase) => tellPages('trainingAgain', { phase }),
      wasDropped: rememberDropped(isOurPage),
      kept,
      watch,
      worker,
      runsFolder,
      licencesFile: join(__dirname, '../licences.json'),
    }),
    isOurPage,
  );

  let isShutDown = false;
  app.on('before-quit', (event) => {
    if (isShutDown) return;
    event.preventDefault();
    isShutDown = true;
    bundles.stop();
    bundles.forget();
    runtime.stop();
    // The next start offers to resume an experiment that quitting stops.
    session.closes();
    void experiments.shutDown().finally(() => {
      session.close();
      app.quit();
    });
  });
  app.on('window-all-closed', () => app.quit());
  watch.begin();
  await openWindow(
    join(__dirname, 'preload.cjs'),
    (reason) => {
      lostWindow = reason;
    },
    () => experiments.isTraining,
  );
}

// Two instances would write the same draft and the same list of recent files.
if (!app.requestSingleInstanceLock()) app.exit(0);
else
  start().catch((error: unknown) => {
    const message = error instanceof AppError ? `${error.message}\n${error.remedy}` : String(error);
    dialog.showErrorBox('Twintrain could not start', message);
    app.exit(1);
  });
