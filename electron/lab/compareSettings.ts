import { differingSettings, ignoredByDefault } from '../../shared/compare/settingsTable';
import { readManifest } from '../runs/readRun';
import { badArguments } from './badArguments';
import { aligned } from './table';

/** `lab compare RUN... --settings`. @returns the exit status */
export function compareSettings(
  folders: readonly string[],
  { ignore, json }: { readonly ignore?: string | undefined; readonly json: boolean },
): number {
  if (folders.length < 2) throw badArguments('--settings takes two run folders or more.');
  const own = (ignore ?? '').split(',').map((path) => path.trim());
  const ignored = [...ignoredByDefault, ...own.filter((path) => path !== '')];
  const found = differingSettings(folders.map(readManifest), ignored);
  if (json) {
    process.stdout.write(found.map((setting) => `${JSON.stringify(setting)}\n`).join(''));
  } else if (found.length === 0) process.stdout.write('Nothing that was set differs.\n');
  else {
    const head = ['', ...folders];
    const rows = found.map(({ path, values }) => [path, ...values.map((value) => value ?? '-')]);
    process.stdout.write(`${aligned([head, ...rows]).join('\n')}\n`);
  }
  return found.length === 0 ? 0 : 1;
}
