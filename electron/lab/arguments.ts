import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { z } from 'zod';
import { issueText } from '../../shared/lib/issueText';
import { articleOptionsSchema, type ArticleOptions } from '../../shared/protocols/articleOptions';
import { protocols } from '../../shared/protocols/protocols';
import { engineChoiceSchema, type EngineChoice } from '../../shared/engines/engineCatalog';
import { builtinNames } from '../../shared/data/builtinData';
import type { DataSource } from '../../shared/data/dataSource';
import { leftOut, readingOf } from '../../shared/data/table/tableSource';
import { badArguments } from './badArguments';
import { namesTable, tableFrom, type GivenTableOptions } from './tableOptions';
import type { Project } from '../../shared/training/projectFile';

/** @throws {AppError} bad-arguments */
export function parse<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw badArguments(error instanceof Error ? error.message : String(error));
  }
}

export interface ArticleArguments extends GivenTableOptions {
  readonly seed?: string | undefined;
  readonly data?: string | undefined;
  readonly hidden?: string | undefined;
  readonly epochs?: string | undefined;
  readonly batch?: string | undefined;
  readonly threads?: string | undefined;
  readonly engine?: string | undefined;
  readonly protocols?: string | undefined;
}

/** Text from the command line as options. @throws {AppError} bad-arguments, naming the option */
export async function articleOptions(given: ArticleArguments): Promise<ArticleOptions> {
  const table = namesTable(given);
  const result = articleOptionsSchema.safeParse({
    ...(given.seed === undefined ? {} : { seed: given.seed }),
    ...(given.data === undefined && table === null
      ? {}
      : { data: await dataSource(given.data ?? 'iris', given) }),
    ...(given.hidden === undefined ? {} : { hidden: numbers('--hidden', given.hidden) }),
    ...(given.epochs === undefined ? {} : { epochs: number('--epochs', given.epochs) }),
    ...(given.batch === undefined ? {} : { batchSize: number('--batch', given.batch) }),
    ...(given.threads === undefined ? {} : { threads: number('--threads', given.threads) }),
    ...(given.engine === undefined ? {} : { engines: engineChoices(given.engine) }),
    ...(given.protocols === undefined ? {} : { protocols: protocolList(given.protocols) }),
  });
  if (result.success) return result.data;
  const [issue] = result.error.issues as [z.core.$ZodIssue];
  const option =
    { batchSize: 'batch', engines: 'engine' }[String(issue.path[0])] ?? String(issue.path[0]);
  throw badArguments(`--${option} ${issueText(issue)}.`);
}

/**
 * Options to run a project under the protocols; options on the command line override the project's.
 * @throws {AppError} bad-arguments
 */
export async function projectOptions(
  project: Project,
  file: string,
  { data, hidden, ...given }: ArticleArguments,
): Promise<ArticleOptions> {
  const [odd] = Object.entries({ data, hidden }).find(([, value]) => value !== undefined) ?? [];
  const other = odd ?? namesTable(given);
  if (other !== null) throw badArguments(`--${other}: ${file} has its own.`);
  const options = await articleOptions(given);
  const { protocols: chosen, seed, epochs, batchSize, threads, engines } = options;
  const own = <T>(text: string | undefined, value: T, before: T) =>
    text === undefined ? before : value;
  return {
    ...articleOptionsSchema.parse({}),
    protocols: chosen,
    engines,
    project: {
      ...project,
      randomness: {
        ...project.randomness,
        seed: own(given.seed, seed, project.randomness.seed),
      },
      environment: {
        ...project.environment,
        threads: own(given.threads, threads, project.environment.threads),
      },
      training: {
        ...project.training,
        epochs: own(given.epochs, epochs, project.training.epochs),
        batchSize: own(given.batch, batchSize, project.training.batchSize),
      },
    },
  };
}

function engineChoices(text: string): EngineChoice[] {
  return text.split(',').map((part) => engineChoice(part.trim()) as EngineChoice);
}

/** @throws {AppError} bad-arguments */
export function engineChoice(text: string | undefined): EngineChoice | undefined {
  if (text === undefined) return undefined;
  const result = engineChoiceSchema.safeParse(text);
  if (result.success) return result.data;
  throw badArguments(`--engine: "${text}" is none of ${engineChoiceSchema.options.join(', ')}.`);
}

async function dataSource(data: string, given: ArticleArguments): Promise<DataSource> {
  const name = builtinNames.find((own) => own === data);
  const option = namesTable(given);
  if (name !== undefined) {
    if (option !== null) throw badArguments(`--${option} goes with a table; ${data} has its own.`);
    return { kind: 'builtin', name };
  }
  // The article's network tells classes apart.
  const { source, table } = await tableFrom(data, { target: 'class', ...given });
  for (const note of leftOut(table, { ...readingOf(table), columns: source.columns }))
    process.stderr.write(`Note: ${note}\n`);
  return source;
}

function protocolList(text: string): number[] {
  if (text === 'all') return protocols.map((protocol) => protocol.number);
  return numbers('--protocols', text);
}

function numbers(option: string, text: string): number[] {
  return text.split(',').map((part) => number(option, part.trim()));
}

function number(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badArguments(`${option}: "${text}" is not a whole number.`);
}
