import { join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { AppError } from '../../shared/lib/appError';
import { countText } from '../../shared/lib/countText';
import { groupedRuns, runGroupingIds, type RunGroup } from '../../shared/runs/runGroups';
import { cellText, columnOf, runColumnIds, type RunColumnId } from '../../shared/runs/runColumns';
import { parseRunQuery, sortedRuns } from '../../shared/runs/runQuery';
import type { RunSummary } from '../../shared/runs/runSummary';
import { settingsFolder } from '../files/settingsFolder';
import { makeFolder } from '../files/writeFolder';
import type { KeptFolders } from '../runs/keptFolders';
import { INDEX_FILE, RunIndex } from '../runs/runIndex';
import { badArguments } from './badArguments';
import { ProgressLine } from './progressLine';
import { aligned } from './table';

interface ListOptions {
  readonly json: boolean;
  readonly filter?: string | undefined;
  readonly sort?: string | undefined;
  readonly group?: string | undefined;
  readonly columns?: string | undefined;
  readonly limit?: string | undefined;
}

const shownByDefault: readonly RunColumnId[] = [
  'name',
  'verdict',
  'status',
  'steps',
  'loss',
  'date',
  'network',
  'data',
  'engine',
  'threads',
  'seed',
];

/** The runs in the named folders, or else in all kept ones. @returns the exit status */
export function listRuns(
  given: readonly string[],
  options: ListOptions,
  kept: KeptFolders,
  signal: AbortSignal,
): number {
  const matches = parseRunQuery(options.filter ?? '');
  const order = orderOf(options.sort ?? '-date');
  const columns = columnsOf(options.columns);
  const by = oneOf(options.group, runGroupingIds, '--group');
  const limit = options.limit === undefined ? Infinity : Number(options.limit);
  if (!(limit >= 1)) throw badArguments('--limit is a whole number of at least 1.');
  const missing = given.find((folder) => !existsSync(folder));
  if (missing !== undefined) {
    throw new AppError('file-not-found', `There is no folder ${missing}.`, 'Check the path.');
  }
  const roots = given.length > 0 ? given.map((own) => resolve(own)) : kept.all();
  // Folders that are not kept are looked at once, and not remembered.
  const index = new RunIndex(
    given.length > 0 ? null : join(makeFolder(settingsFolder()), INDEX_FILE),
  );
  scan(index, roots, signal);
  const found = sortedRuns(index.runsIn(roots).filter(matches), order);
  const shown = found.slice(0, limit);
  for (const { folder, why } of index.unreadable) {
    process.stderr.write(`Note: ${folder} is left out: ${why}\n`);
  }
  if (by === undefined) print(shown, columns, options.json, found.length);
  else printGroups(groupedRuns(found, by).slice(0, limit), options.json);
  return signal.aborted ? 130 : 0;
}

function scan(index: RunIndex, roots: readonly string[], signal: AbortSignal): void {
  const progress = new ProgressLine(process.stderr, () => performance.now());
  let before = 0;
  for (const { done, total } of index.scan(roots)) {
    if (signal.aborted) break;
    if (before === 0) progress.plan(total, 'runs');
    progress.add(done - before, 'reading');
    before = done;
  }
  progress.end();
  index.save();
}

function print(
  runs: readonly RunSummary[],
  columns: readonly RunColumnId[],
  isJson: boolean,
  found: number,
): void {
  if (isJson) {
    process.stdout.write(runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
    return;
  }
  if (runs.length === 0) {
    process.stdout.write('No runs were found.\n');
    return;
  }
  const head = columns.map((column) => columnOf(column).label);
  const rows = runs.map((run) => columns.map((column) => cellText(column, run)));
  const more = found > runs.length ? `${countText(found - runs.length, 'run')} more.\n` : '';
  process.stdout.write(`${aligned([head, ...rows]).join('\n')}\n${more}`);
}

function printGroups(groups: readonly RunGroup[], isJson: boolean): void {
  for (const { key, title, runs, seeds, losses, notFinite } of groups) {
    const folders = runs.map(({ folder }) => folder);
    const bad = notFinite === 0 ? '' : `, ${notFinite} not finite`;
    const range = (losses === null ? '' : `, last loss ${losses.join(' to ')}`) + bad;
    process.stdout.write(
      isJson
        ? `${JSON.stringify({ key, title, seeds, losses, notFinite, folders })}\n`
        : `${title}: ${countText(runs.length, 'run')}, ${countText(seeds, 'seed')}${range}\n`,
    );
  }
}

function orderOf(given: string) {
  const isDescending = given.startsWith('-');
  const column = oneOf(given.replace(/^-/, ''), runColumnIds, '--sort');
  return { column: column ?? 'date', isDescending };
}

function columnsOf(given: string | undefined): readonly RunColumnId[] {
  if (given === undefined) return shownByDefault;
  if (given === 'all') return runColumnIds;
  return given.split(',').flatMap((own) => oneOf(own.trim(), runColumnIds, '--columns') ?? []);
}

/** @throws {AppError} bad-arguments */
function oneOf<T extends string>(
  given: string | undefined,
  known: readonly T[],
  option: string,
): T | undefined {
  if (given === undefined) return undefined;
  const found = known.find((own) => own === given);
  if (found === undefined) {
    throw badArguments(`${option}: "${given}" is none of ${known.join(', ')}.`);
  }
  return found;
}
