import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../shared/lib/appError';

/**
 * Looks before a long work whether its result may be written there, so that nothing is lost by it.
 * @param reads files and folders that the work reads
 * @param replace whether what is there may be replaced: never what is read, nor what belongs to a run
 * @throws {AppError} cannot-write
 */
export function refuseOverwriting(path: string, reads: readonly string[], replace: boolean): void {
  const target = realPath(resolve(path));
  if (reads.some((own) => realPath(resolve(own)) === target)) {
    throw refusal(`${path} is what is read here, and would be lost.`, 'Choose another name.');
  }
  for (let folder = dirname(target); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'run.json'))) {
      throw refusal(
        `${path} is in the run ${folder}, whose records stay as they were written.`,
        'Choose a place outside it.',
      );
    }
    if (dirname(folder) === folder) break;
  }
  if (!existsSync(target)) return;
  if (statSync(target).isDirectory()) {
    throw refusal(`${path} is a folder.`, 'Name the file to be written in it.');
  }
  if (!replace)
    throw refusal(`${path} is there already.`, 'Choose another name, or add --replace.');
}

/** Links are followed; what does not exist yet has its folder's real path. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
}

function refusal(message: string, remedy: string): AppError {
  return new AppError('cannot-write', message, remedy);
}
