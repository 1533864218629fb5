import { z } from 'zod';
import { askedStartSchema } from './askedStart';
import { saveFormatNames, type SaveFormatName } from '../saving/saveFormats';
import { weightStages } from '../evaluation/evaluation';
import { kerasEngineIds, kerasReleaseSchema, type KerasEngineId } from '../engines/environment';
import { articleOptionsSchema } from '../protocols/articleOptions';
import { annotationChangeSchema } from '../runs/annotation';
import { dataSourceSchema } from '../data/dataSource';
import { pathSchema } from '../data/pathSchema';
import { givenFormatSchema } from '../data/table/format';
import { projectSchema } from '../training/projectFile';
import type { RequestName, Requests } from './contract';

const engine = z.enum(kerasEngineIds as [KerasEngineId, ...KerasEngineId[]]);
const path = z.string().min(1).max(4_096);
const group = z.array(path).min(1).max(1_000);
const paths = z.array(path).min(1).max(100_000);
export const keptDraftSchema = z.strictObject({
  path: path.nullable(),
  isChanged: z.boolean(),
  project: projectSchema,
});

/** What the main process accepts: every argument is parsed before a handler sees it. */
export const requestSchemas = {
  appInfo: z.null(),
  licences: z.null(),
  chooseTable: z.null(),
  preparedData: z.null(),
  emptyPreparedData: z.null(),
  limitPreparedData: z.strictObject({
    bytes: z
      .number()
      .min(0)
      .max(2 ** 50),
  }),
  recogniseTable: z.strictObject({
    path: pathSchema,
    format: givenFormatSchema,
    target: z.string().max(1_024).nullable(),
  }),
  chooseNpy: z.null(),
  chooseImages: z.null(),
  lookAtData: dataSourceSchema,
  changedFiles: dataSourceSchema,
  stopLooking: z.null(),
  startArticle: articleOptionsSchema,
  openProject: z.strictObject({ path: path.nullable() }),
  saveProject: z.strictObject({ path: path.nullable(), project: projectSchema }),
  importModel: z.null(),
  takeDropped: z.strictObject({ path }),
  recentProjects: z.null(),
  keepDraft: keptDraftSchema.nullable(),
  startWith: z.null(),
  saveText: z.strictObject({
    suggestedName: z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[a-z]{1,8}$/),
    text: z.string().max(64 * 1024 * 1024),
  }),
  saveBytes: z.strictObject({
    suggestedName: z.string().regex(/^[A-Za-z0-9_-]{1,64}\.png$/),
    bytes: z.instanceof(Uint8Array).refine(({ length }) => length <= 64 * 1024 * 1024),
  }),
  startProject: projectSchema,
  chooseExperiment: z.null(),
  resumeExperiment: z.strictObject({ folder: path }),
  stopExperiment: z.strictObject({ experiment: z.string().max(64) }),
  pauseExperiment: z.strictObject({ experiment: z.string().max(64), isPaused: z.boolean() }),
  exportBundle: z.strictObject({
    folders: z.array(path).min(1).max(1_000),
    suggestedName: z.string().regex(/^[A-Za-z0-9_-]{1,64}\.twintrain\.zip$/),
    data: z.enum(['embed', 'hash']),
    isSigned: z.boolean(),
  }),
  openBundle: z.strictObject({ path: path.regex(/\.zip$/i).nullable() }),
  stopBundleWork: z.null(),
  startReplay: z.null(),
  signingKey: z.null(),
  environments: z.null(),
  chooseEnvironment: z.strictObject({
    engine,
    choice: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('pinned') }),
      z.strictObject({ kind: z.literal('release'), keras: kerasReleaseSchema }),
      z.strictObject({ kind: z.literal('own') }),
    ]),
  }),
  installEnvironment: z.strictObject({ engine, isFromFolder: z.boolean() }),
  stopInstalling: z.null(),
  removeEnvironment: z.strictObject({ engine }),
  runtimeState: z.null(),
  chooseDevice: z.strictObject({ device: z.enum(['cpu', 'cuda']) }),
  fetchRuntime: z.null(),
  chooseRuntime: z.null(),
  stopRuntime: z.null(),
  showRunFolder: z.strictObject({ folder: path }),
  watchRuns: z.strictObject({ isShown: z.boolean() }),
  runFolders: z.null(),
  keepRunFolder: z.null(),
  forgetRunFolder: z.strictObject({ folder: path }),
  annotateRun: z.strictObject({
    folder: path,
    change: annotationChangeSchema,
  }),
  trashRuns: z.strictObject({ folders: paths }),
  restoreRuns: z.strictObject({ places: paths }),
  trashedRuns: z.null(),
  emptyTrash: z.null(),
  projectOfRun: z.strictObject({ folder: path }),
  experimentOfRun: z.strictObject({ folder: path }),
  resumeAlone: z.strictObject({ folder: path }),
  chooseRun: z.null(),
  compareRuns: z.strictObject({ folders: z.tuple([path, path]) }),
  compareGroups: z.strictObject({ groups: z.tuple([group, group]) }),
  tensorDetail: z.strictObject({
    folders: z.tuple([path, path]),
    place: z.strictObject({
      when: z.union([z.enum(['initial', 'final']), z.int().min(1)]),
      name: z.string().max(256),
    }),
  }),
  explainRuns: z.strictObject({ folders: z.tuple([path, path]) }),
  measureWeights: z.strictObject({ folders: z.tuple([path, path]) }),
  flippedExamples: z.strictObject({ folders: z.tuple([path, path]) }),
  evaluateRun: z.strictObject({ folder: path, weights: z.enum(weightStages) }),
  rowOfRun: z.strictObject({ folder: path, row: z.int().min(0) }),
  predictFile: z.strictObject({
    folder: path,
    weights: z.enum(weightStages),
    path: path.nullable(),
  }),
  savePredictions: z.null(),
  makeStart: askedStartSchema,
  saveNetwork: z.strictObject({
    folder: path,
    weights: z.enum(weightStages),
    format: z.enum(saveFormatNames as [SaveFormatName, ...SaveFormatName[]]),
    name: z.string().min(1).max(200),
  }),
  trainRepaired: z.strictObject({ folders: z.tuple([path, path]), label: z.string().max(200) }),
  trainRepeats: z.strictObject({ folder: path, seeds: z.int().min(0).max(100) }),
  stopTrainingAgain: z.null(),
  lossesOfRuns: z.strictObject({ folders: z.array(path).max(64) }),
  openRunsAsBundle: z.strictObject({ folders: paths }),
} as const satisfies { readonly [K in RequestName]: z.ZodType<Requests[K]['input']> };
