import type { z } from 'zod';

/** What is wrong with a value, as a predicate: "must be at most 6". The schema's own message wins. */
export function issueText(issue: z.core.$ZodIssue): string {
  if (!/^(Too (big|small)|Invalid|Unrecognized)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('undefined')
        ? 'is missing'
        : `must be ${nouns[issue.expected] ?? `of type ${issue.expected}`}`;
    case 'too_big':
      return `must ${extent(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'too_small':
      return Number(issue.minimum) === 1 && ['array', 'string'].includes(issue.origin)
        ? 'must not be empty'
        : `must ${extent(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'unrecognized_keys':
      return `has ${issue.keys.length === 1 ? 'a field' : 'fields'} that do${issue.keys.length === 1 ? 'es' : ''} not belong there: ${issue.keys.join(', ')}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options)
        : 'does not have any of the allowed forms';
    case 'invalid_format':
      return `is not in the format ${issue.format}`;
    default:
      return issue.message;
  }
}

/** All that is wrong, each with its place: `training.epochs must be at least 1`. */
export function problemsOf(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${placeOf(issue.path) || 'it'} ${issueText(issue)}`)
    .join('; ');
}

/** What is wrong with one field, as a sentence below it. */
export function fieldProblem({ issues: [first] }: z.ZodError): string {
  return `It ${first === undefined ? 'is not valid' : issueText(first)}.`;
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) =>
      typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`,
    )
    .join('');
}

const nouns: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a finite number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

function oneOf(values: readonly unknown[]): string {
  const all = values.map((own) => JSON.stringify(own)).join(', ');
  return `must be ${values.length === 1 ? all : `one of ${all}`}`;
}

function extent(origin: string, compared: string, bound: number | bigint): string {
  if (origin === 'string') return `have ${compared} ${bound} characters`;
  if (origin === 'array' || origin === 'set') return `have ${compared} ${bound} entries`;
  return `be ${compared} ${bound}`;
}
