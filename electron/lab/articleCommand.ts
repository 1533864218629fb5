import { experimentName } from '../training/runArticle';
import { readProject } from '../files/projectFile';
import { makeNewFolder } from '../files/writeFolder';
import { articleOptions, parse, projectOptions } from './arguments';
import { badArguments } from './badArguments';
import { tableOptions } from './tableOptions';
import { trainArticle } from './trainArticle';

const text = { type: 'string' } as const;

/** `lab article`. @returns the exit status */
export async function articleCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    seed: text,
    data: text,
    ...tableOptions,
    hidden: text,
    epochs: text,
    batch: text,
    threads: text,
    engine: text,
    protocols: text,
    project: text,
    out: { type: 'string', default: 'twintrain-runs' },
  });
  if (positionals.length > 0) throw badArguments(`article takes no "${positionals[0]}".`);
  const { project: file, ...given } = values;
  const options =
    file === undefined
      ? await articleOptions(given)
      : await projectOptions(readProject(file), file, given);
  const name = experimentName('article', new Date());
  return trainArticle(options, {
    folder: () => makeNewFolder(values.out, name),
    before: null,
    isJson: values.json,
    signal,
  });
}
