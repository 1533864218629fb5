import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tagsIn, type AnnotationChange } from '../../shared/runs/annotation';
import { AppError } from '../../shared/lib/appError';
import { refuseOverwriting } from '../files/refuseOverwriting';
import { changeAnnotation } from '../runs/annotationFile';
import type { KeptFolders } from '../runs/keptFolders';
import { projectOfRun } from '../runs/projectOfRun';
import { readManifest } from '../runs/readRun';
import { emptyTrash, restoreRun, trashedRuns, trashRun } from '../runs/trash';
import { writeProject } from '../files/projectFile';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { keptByLab } from './keptByLab';
import { listRuns } from './runsList';

const text = { type: 'string' } as const;

type Values = ReturnType<typeof parsed>['values'];
type Action = (rest: readonly string[], values: Values, kept: KeptFolders) => unknown[];

/** What `lab runs ACTION` does; each returns what it prints as lines of JSON. */
const actions: Readonly<Record<string, Action>> = {
  folders: (rest, _, kept) => {
    none(rest, 'folders');
    return kept.all().map((folder) => ({ folder }));
  },
  keep: (rest, _, kept) =>
    each(rest, 'keep', (folder) => {
      kept.add(folder);
      return { folder: resolve(folder), kept: true };
    }),
  forget: (rest, _, kept) =>
    each(rest, 'forget', (folder) => {
      kept.forget(folder);
      return { folder: resolve(folder), kept: false };
    }),
  name: (rest) => annotated(rest, 'name', (name) => ({ name: name.trim() })),
  note: (rest) => annotated(rest, 'note', (note) => ({ note })),
  tag: (rest) => annotated(rest, 'tag', (tags) => ({ tags: tagsIn(tags) })),
  trash: (rest, { empty }, kept) => {
    if (empty) {
      none(rest, 'trash --empty');
      const runs = trashedRuns(kept.all());
      emptyTrash(kept.all());
      return runs.map(({ from }) => ({ from, deleted: true }));
    }
    if (rest.length === 0) return trashedRuns(kept.all());
    return each(rest, 'trash', (folder) => {
      readManifest(folder);
      const root = kept.rootOf(folder);
      if (root === null) {
        throw new AppError(
          'bad-run-folder',
          `${resolve(folder)} is in none of the kept folders, which have the trash.`,
          `Keep its folder first: lab runs keep ${resolve(folder, '..')}`,
        );
      }
      return trashRun(folder, root, new Date());
    });
  },
  restore: (rest, _, kept) =>
    each(rest, 'restore', (given) => {
      const place = existsSync(join(given, 'trashed.json'))
        ? resolve(given)
        : trashedRuns(kept.all()).find(({ from }) => from === resolve(given))?.place;
      if (place === undefined) {
        throw new AppError(
          'bad-run-folder',
          `${given} is not in the trash.`,
          '"lab runs trash" lists what is: name where a run was, or its place in the trash.',
        );
      }
      return { folder: restoreRun(place) };
    }),
  project: (rest, { out }) => {
    const [folder, ...more] = rest;
    if (folder === undefined || more.length > 0) throw badArguments('project takes one run.');
    if (out === undefined) throw badArguments('project needs -o with the name of the project.');
    refuseOverwriting(out, [], true);
    const { project, notes } = projectOfRun(folder);
    writeProject(resolve(out), project);
    return [{ project: resolve(out), notes }];
  },
};

/** `lab runs`: lists runs, or does something with some of them. @returns the exit status */
export function runsCommand(args: readonly string[], signal: AbortSignal): number {
  const { values, positionals } = parsed(withJoinedDashes(args));
  const kept = keptByLab();
  const [word = '', ...rest] = positionals;
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (action === undefined) return listRuns(positionals, values, kept, signal);
  const done = action(rest, values, kept);
  const line = values.json ? JSON.stringify : lineOf;
  process.stdout.write(done.map((own) => `${line(own)}\n`).join(''));
  if (done.length === 0 && !values.json) {
    process.stdout.write(word === 'trash' ? 'The trash is empty.\n' : 'There is none.\n');
  }
  return 0;
}

function parsed(args: readonly string[]) {
  return parse(args, {
    json: { type: 'boolean', default: false },
    filter: text,
    sort: text,
    group: text,
    columns: text,
    limit: text,
    empty: { type: 'boolean', default: false },
    out: { type: 'string', short: 'o' },
  });
}

function annotated(
  rest: readonly string[],
  what: string,
  changeBy: (text: string) => AnnotationChange,
): unknown[] {
  const [folder, words, ...more] = rest;
  if (folder === undefined || words === undefined || more.length > 0) {
    throw badArguments(`${what} takes a run and one text; "" removes it.`);
  }
  readManifest(folder);
  return [{ folder: resolve(folder), ...changeAnnotation(folder, changeBy(words)) }];
}

function each(rest: readonly string[], what: string, work: (folder: string) => unknown): unknown[] {
  if (rest.length === 0) throw badArguments(`${what} takes one folder or more.`);
  return rest.map(work);
}

function none(rest: readonly string[], what: string): void {
  if (rest.length > 0) throw badArguments(`${what} takes no "${rest[0]}".`);
}

const mayBeginWithDash: readonly (string | undefined)[] = ['--sort', '--filter'];

/** `--sort -loss` as `--sort=-loss`: a value that begins with a dash would be taken for an option. */
function withJoinedDashes(args: readonly string[]): string[] {
  const isDashed = (word: string | undefined) => word !== undefined && /^-[^-]/.test(word);
  return args.flatMap((own, at) => {
    if (mayBeginWithDash.includes(args[at - 1]) && isDashed(own)) return [];
    const next = args[at + 1];
    return mayBeginWithDash.includes(own) && isDashed(next) ? [`${own}=${next}`] : [own];
  });
}

/** `folder: /x, kept: true` */
function lineOf(value: unknown): string {
  return Object.entries(value as Readonly<Record<string, unknown>>)
    .map(([key, own]) => `${key}: ${Array.isArray(own) ? own.join(' ') : String(own)}`)
    .join(', ');
}
