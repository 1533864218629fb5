import type { Script, ScriptModel } from '../../shared/training/script';

/** A script's models with other folders for their runs. */
export function placedModels(
  { models }: Script,
  folderOf: (model: ScriptModel, name: string) => string,
): Script['models'] {
  return Object.fromEntries(
    Object.entries(models).flatMap(([name, own]) =>
      own === undefined ? [] : [[name, { ...own, folder: folderOf(own, name) }]],
    ),
  ) as Script['models'];
}
